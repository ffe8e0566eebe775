import { CodedError } from '../../twin/CodedError.ts';
import { facts } from '../facts/gatherFacts.ts';
import type { InputPath, ReadSet } from '../rego/readSet.ts';

/**
 * Makes sure that all that policies read of the input is facts, whose values are from closed lists and can be counted. A
 * bundle for a later input, or one that looks at what callers claim, would seem to decide as if nothing were there.
 *
 * Throws `scenario:fact.uncounted`, which names what is none.
 */
export function requireFacts(readSet: ReadSet, whose: string): void {
  const none = readSet.filter((path) => !facts.some((fact) => meets(path, fact.path)));
  if (none.length === 0) return;
  const names = none.map((path) => `\`input.${path.join('.')}\``).join(', ');
  const claimed = none.some(([first]) => first === 'claims');
  throw new CodedError('scenario:fact.uncounted', `${whose} read ${names}, which no census can count`, {
    hint: claimed
      ? 'claims are what a caller says of what the twin does not know: they have no values that homes could be counted by'
      : 'policies read the facts of `policies/input.schema.json`, all of which this version counts',
  });
}

/** Whether a path lies above a fact, at it or under it. */
function meets(path: InputPath, fact: InputPath): boolean {
  return path.every((segment, at) => at >= fact.length || segment === '*' || segment === fact[at]);
}
