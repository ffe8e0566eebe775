import { CodedError } from '../../twin/CodedError.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Columns } from '../census/Columns.ts';
import type { ScenarioQuestion } from './questionsOf.ts';
import type { ReportAreas } from './reportAreasOf.ts';

/**
 * The requesters who ask about no home of the scenario, since no organisation of their kind serves one: of them a report says
 * nothing, which is not that nothing changes. Throws `scenario:requesters.none` where that is all of them.
 */
export function askingNowhere(
  questions: readonly ScenarioQuestion[],
  { areas }: Pick<Columns, 'areas'>,
  { scope, areaOf }: Pick<ReportAreas, 'scope' | 'areaOf'>,
): readonly string[] {
  const asked = areas.filter((_, number) => areaOf[number] !== NONE);
  const asks = ({ askingAt }: ScenarioQuestion): boolean => asked.some((area) => askingAt(area) !== null);
  const somewhere = new Set<string>();
  for (const question of questions) {
    if (!somewhere.has(question.requester) && asks(question)) somewhere.add(question.requester);
  }
  const nowhere = [...new Set(questions.map(({ requester }) => requester))].filter((id) => !somewhere.has(id));
  if (somewhere.size > 0) return nowhere;
  throw new CodedError(
    'scenario:requesters.none',
    `nobody asks about a home of \`${scope}\`: no organisation of the kinds that are \`local\` serves one`,
    { place: { path: '/requesters' }, hint: 'name organisations by their ids, or a wider area' },
  );
}
