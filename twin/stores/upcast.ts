import { CodedError } from '../CodedError.ts';
import type { Change } from '../changes.ts';
import { stateSteps } from '../lifecycles/migrate.ts';

/** Turns the body of a change from one version of its shape into the next. */
type Upcaster = (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Upcasters by kind of change: the first turns version 1 into 2, the second 2 into 3. Shapes never change otherwise. */
export type Upcasters = { readonly [Kind in Change['kind']]?: readonly Upcaster[] };

const UPCASTERS: Upcasters = {};

/** The version in which changes of a kind are written now. */
export function versionOf(kind: Change['kind'], upcasters: Upcasters = UPCASTERS): number {
  return 1 + stepsOf(kind, upcasters).length;
}

/** A kind of which both shape and states changed lists all of its steps, in their order, with `stateSteps` among them. */
function stepsOf(kind: Change['kind'], upcasters: Upcasters): readonly Upcaster[] {
  return upcasters[kind] ?? stateSteps(kind);
}

/**
 * A stored change in the shape of today. Throws `store:version.newer` when a newer Twinward wrote it.
 */
export function upcast(body: unknown, version: number, upcasters: Upcasters = UPCASTERS): Change {
  const change = body as Change;
  const steps = stepsOf(change.kind, upcasters);
  if (version > steps.length + 1) {
    throw new CodedError('store:version.newer', `a change of kind \`${change.kind}\` has version ${version}`, {
      hint: 'it was written by a newer Twinward; use that one',
    });
  }
  return steps
    .slice(version - 1)
    .reduce<unknown>((older, step) => step(older as Record<string, unknown>), change) as Change;
}
