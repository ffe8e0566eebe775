import { invariant } from '../../twin/CodedError.ts';
import type { Category } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Columns } from '../census/Columns.ts';
import { cellInput } from '../census/cellInput.ts';
import { type DecidedCensus, groupOfHome } from '../census/DecidedCensus.ts';
import type { PropertyFilter } from '../census/resourceClasses.ts';
import { combine, type Decided } from '../combine.ts';
import { isFailure } from '../rego/joinVerdicts.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { ChangeClass } from './ImpactReport.ts';
import type { ScenarioQuestion } from './questionsOf.ts';
import { smallestChange } from './smallestChange.ts';

export type WitnessOptions = {
  readonly columns: Columns;
  readonly questions: readonly ScenarioQuestion[];
  readonly filter: PropertyFilter;
  readonly decided: DecidedCensus;
  readonly now: number;
  readonly before: PolicyEvaluator;
  readonly after: PolicyEvaluator;
};

/**
 * Finds witnesses: puts the inputs of a home's cells together one by one and evaluates both bundles on them whole, until
 * one is decided as the transitions say. So each witness also proves its class. Then it seeks what would flip it.
 */
export function witnessFinder({ columns, questions, filter, decided, now, before, after }: WitnessOptions) {
  return (index: number, members: ReadonlySet<number>): Pick<ChangeClass, 'witness' | 'smallestChange'> => {
    const { areas, areaOf, deviceClasses, devices, deviceStart, source } = columns;
    const { home, devices: deviceIds } = source.idsOf(index);
    for (const [question, { requester, action, purpose, askingAt }] of questions.entries()) {
      const asking = askingAt(areas[areaOf.at(index)]!);
      const wanted = wantedOf(decided, index, question, members);
      if (!asking || wanted.size === 0) continue;
      for (const [at, device] of deviceIds.entries()) {
        for (const number of deviceClasses.devices[devices.at(deviceStart.at(index) + at)]!) {
          const property = deviceClasses.properties[number]!;
          if (filter.properties && !filter.properties.includes(property.property)) continue;
          const input = cellInput(columns, { home: index, property, asking, now });
          if (filter.grades && !filter.grades.includes(input.resource.label.grade)) continue;
          const [one, other] = [combine(before.evaluate(input)), combine(after.evaluate(input))];
          if (!wanted.has(keyOf(input.resource.label.category, one, other))) continue;
          const cell = { home, device, property: property.property };
          return {
            witness: { requester, action, purpose, ...cell, input, before: one.outcome, after: other.outcome },
            smallestChange: smallestChange(input, { before: one, after: other, proposed: after }),
          };
        }
      }
    }
    invariant(false, 'the first home of a change class has a cell of it');
  };
}

/** The categories and decisions of the cells that a question brings into the change class in this home. */
function wantedOf(
  decided: DecidedCensus,
  home: number,
  question: number,
  members: ReadonlySet<number>,
): ReadonlySet<string> {
  const { groups, rows, behaviours, transitions } = decided;
  const row = groups[groupOfHome(decided, home)]?.rows[question] ?? NONE;
  if (row === NONE) return new Set();
  const cells = [...rows[row]!.entries()].filter(([, transition]) => members.has(transition));
  return new Set(
    cells.map(([behaviour, transition]) =>
      keyOf(
        behaviours.all[behaviour]!.category,
        transitions.decided('before', transition),
        transitions.decided('after', transition),
      ),
    ),
  );
}

/** Where several policies fail, which failure is told depends on whether they are asked at once or one by one. */
function keyOf(category: Category, before: Decided, after: Decided): string {
  return canonicalJson([category, ...[before, after].map((decided) => (isFailure(decided) ? 'failed' : decided))]);
}
