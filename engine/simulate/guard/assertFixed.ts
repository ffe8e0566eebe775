import { CodedError } from '../../../twin/CodedError.ts';
import type { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import { AREA_LEVELS, type AreaLevel } from '../../../twin/words.ts';
import type { DecidedScenario } from '../decideScenario.ts';
import type { Scenario } from '../Scenario.ts';

/** So many requesters at most in one guarded answer: the noise of each count rises with them. */
const MOST_REQUESTERS = 20;

/** What a scenario may say for a guarded answer. A member that is not known here is refused: nobody has shown that it is safe. */
const KNOWN: readonly string[] = [
  'version',
  'name',
  'title',
  'question',
  'at',
  'population',
  'area',
  'report_by',
  'requesters',
  'actions',
  'purposes',
  'categories',
  'draft',
  'baseline',
  'proposed',
  'expect',
];

/**
 * That a scenario asks for what a guarded answer tells: homes by area no finer than `level`, by category and by requester,
 * of whole categories, and of the twin as it stands.
 *
 * Throws `scenario:guard.refused` with the place and what to ask instead.
 */
export function assertFixed(
  scenario: Scenario,
  { level, graph }: { readonly level: AreaLevel; readonly graph: TwinGraph },
): void {
  const { area, report_by = 'district', requesters, properties, population } = scenario;
  if (population !== 'live') refuse('/population', 'homes are counted as they were when the day began', 'say `live`');
  if (properties) refuse('/properties', 'single properties are not told apart', 'name `categories` instead');
  if (isFiner(report_by, level)) {
    refuse('/report_by', `areas are told apart down to the level \`${level}\``, `say \`report_by: ${level}\``);
  }
  const scope = graph.areas.get(area)?.level;
  if (scope !== undefined && isFiner(scope, level)) {
    refuse('/area', `\`${area}\` is smaller than a ${level}`, `ask about the ${level} around it`);
  }
  for (const [index, { person }] of requesters.entries()) {
    if (person !== undefined) {
      refuse(`/requesters/${index}/person`, 'a requester is no single person', 'name a role or an organisation');
    }
  }
  const [unknown] = Object.keys(scenario).filter((member) => !KNOWN.includes(member));
  if (unknown !== undefined)
    refuse(`/${unknown}`, `\`${unknown}\` is for those with the right to exact counts`, 'leave it out');
}

/**
 * That what a scenario came to is so, too: there are not too many requesters, and no area of the report is finer than
 * `level`, since homes that stand in none of its level are told under their own.
 */
export function assertFew(
  { questions, areas: { ids, levelOf } }: Pick<DecidedScenario, 'questions' | 'areas'>,
  level: AreaLevel,
): void {
  if (new Set(questions.map(({ requester }) => requester)).size > MOST_REQUESTERS) {
    refuse('/requesters', `more than ${MOST_REQUESTERS} requesters at once`, 'ask about them in several scenarios');
  }
  const finer = ids.find((id) => isFiner(levelOf(id), level));
  if (finer !== undefined) refuse('/report_by', `\`${finer}\` lies in no ${level}`, 'say a wider `report_by`');
}

function isFiner(one: AreaLevel, other: AreaLevel): boolean {
  return AREA_LEVELS.indexOf(one) > AREA_LEVELS.indexOf(other);
}

function refuse(path: string, message: string, instead: string): never {
  throw new CodedError('scenario:guard.refused', message, {
    place: { path },
    hint: `${instead}, or play it on a generated population, where all is exact`,
  });
}
