import { facts } from '../facts/gatherFacts.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { ReaderKind } from './ReaderKind.ts';

/** One fact that was looked at. Of the home's own facts a requester learns only that there are such. */
export type ExplainedFact = {
  /** Its path in the policy input; null for `a condition of the home`. */
  readonly path: string | null;
  readonly value: unknown;
  /** What of the twin it was read from. */
  readonly origin: string;
};

/** What stands for everything about a home that the reader may not see. */
export const HOME_CONDITION = 'a condition of the home';

/** Paths whose values tell of the home, its people or its devices. What the subject is to the home is the subject's own. */
const OF_HOME = ['resource.home', 'resource.owners', 'resource.device', 'context.emergency'];

/** Whether a path of the policy input tells of the home rather than of the subject, the request or the datum. */
export function tellsOfHome(path: string): boolean {
  return OF_HOME.some((prefix) => path === prefix || path.startsWith(`${prefix}.`));
}

/** The facts of an input with their origin in the twin, as far as a reader may know them. */
export function explainFacts(input: PolicyInput, reader: ReaderKind): readonly ExplainedFact[] {
  const all = facts.map(({ path, origin }) => ({ path: path.join('.'), value: valueAt(input, path), origin }));
  if (reader !== 'requester') return all;
  const shown = all.filter(({ path }) => !tellsOfHome(path));
  return [...shown, { path: null, value: null, origin: HOME_CONDITION }];
}

function valueAt(input: PolicyInput, path: readonly string[]): unknown {
  let node: unknown = input;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return null;
    node = (node as Readonly<Record<string, unknown>>)[key];
  }
  return node ?? null;
}
