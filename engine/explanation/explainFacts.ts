import { facts } from '../facts/gatherFacts.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';

/** One fact that was looked at. */
export type ExplainedFact = {
  /** Its path in the policy input; null for `a condition of the home`. */
  readonly path: string | null;
  readonly value: unknown;
  /** What of the twin it was read from. */
  readonly origin: string;
};

/** Whether a reader may know the value of a path of the input. */
export type MayKnow = (path: string) => boolean;

/** What stands for everything about a home that the reader may not see. */
export const HOME_CONDITION = 'a condition of the home';

/** Paths that tell of the subject, the request or the datum. All others tell of the home, its people or its devices. */
const OF_REQUEST = [
  'subject',
  'action',
  'purpose',
  // What the subject is to the home is the subject's own.
  'relations',
  'resource.type',
  'resource.label',
  'context.time_windows',
  'context.channel',
  'context.residency',
];

/** Whether a path of the policy input tells of the home rather than of the subject, the request or the datum. */
export function tellsOfHome(path: string): boolean {
  return !OF_REQUEST.some((prefix) => path === prefix || path.startsWith(`${prefix}.`));
}

/** The facts of an input with their origin in the twin; what the reader may not know is one unnamed condition. */
export function explainFacts(input: PolicyInput, mayKnow: MayKnow): readonly ExplainedFact[] {
  const all = facts.map(({ path, origin }) => ({ path: path.join('.'), value: valueAt(input, path), origin }));
  const shown = all.filter(({ path }) => mayKnow(path));
  return shown.length === all.length ? shown : [...shown, { path: null, value: null, origin: HOME_CONDITION }];
}

/** What stands at a path of an input; null when nothing does. */
export function valueAt(input: PolicyInput, path: readonly string[]): unknown {
  let node: unknown = input;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return null;
    node = (node as Readonly<Record<string, unknown>>)[key];
  }
  return node ?? null;
}
