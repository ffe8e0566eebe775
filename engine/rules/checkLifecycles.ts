import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../twin/CodedError.ts';
import type { Lifecycle } from '../../twin/lifecycles/step.ts';
import { unreachableIn } from '../../twin/lifecycles/transitionsOf.ts';
import type { RuleProblem } from './checks/RuleCheck.ts';

/** Looks for states of lifecycles that nothing leads to, and events that no state takes; the place is in their file under the root. */
export function checkLifecycles(
  lifecycles: Readonly<Record<string, Lifecycle<string, string>>>,
  root: string,
): readonly RuleProblem[] {
  return Object.entries(lifecycles).flatMap(([name, lifecycle]) => {
    const { states, events } = unreachableIn(lifecycle);
    const about = (word: string) => ({ severity: 'error', place: placeOf(name, word, root) }) as const;
    return [
      ...states.map(
        (state): RuleProblem => ({
          code: 'twin:lifecycle.state_unreachable',
          message: `no move of \`${name}\` leads to the state \`${state}\``,
          hint: 'let an event lead there, or take it out',
          ...about(state),
        }),
      ),
      ...events.map(
        (event): RuleProblem => ({
          code: 'twin:lifecycle.event_unused',
          message: `no state of \`${name}\` that is reached takes the event \`${event}\``,
          hint: 'let a state take it, or take it out',
          ...about(event),
        }),
      ),
    ];
  });
}

function placeOf(name: string, word: string, root: string): Place {
  const file = `twin/lifecycles/${name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}.ts`;
  const line = readFileSync(join(root, file), 'utf8')
    .split('\n')
    .findIndex((each) => new RegExp(`\\b${word}\\b`).test(each));
  return line < 0 ? { file } : { file, line: line + 1 };
}
