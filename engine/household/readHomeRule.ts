import type { CodedError } from '../../twin/CodedError.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { RuleBody } from '../../twin/householdChanges.ts';
import { type AlarmKind, HOME_MODES, LIFE_SAFETY_KINDS } from '../../twin/words.ts';
import { nearest } from '../clauses/nearest.ts';
import { type DataPath, DataSource } from '../documents/DataSource.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { checkRuleSet } from '../rules/checkRuleSet.ts';
import type { RuleProblem } from '../rules/checks/RuleCheck.ts';
import { isOnAsItIs } from '../rules/isConcerned.ts';
import { readRuleDocument } from '../rules/loadRules.ts';
import type { Rule } from '../rules/Rule.ts';
import type { RuleSet } from './RuleSet.ts';
import { idInBook, loadedOf, rulesOfHome } from './rulesOfHome.ts';

const MOST_RULES = 100;
const MOST_CHARACTERS = 16_000;

/** What came of reading a rule of a home: the rule in full, null when something is wrong that keeps it from acting. */
export type ReadHomeRule = { readonly body: RuleBody | null; readonly problems: readonly RuleProblem[] };

/**
 * Reads a rule that a household writes for its home, and tells everything that is wrong with it, each with its place in the
 * rule: its schema and facts, devices and scenes that the home does not have, what a household may not do, and what it
 * would do together with the other rules that act there, or what policies would always deny it. It never throws for what is
 * written.
 */
export function readHomeRule(
  written: unknown,
  home: HomeNode,
  set: RuleSet & { readonly policies?: PolicyEvaluator },
): ReadHomeRule {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    return refuse([problem('rule:schema.invalid', [], 'a rule is an object')]);
  }
  if (JSON.stringify(written).length > MOST_CHARACTERS) {
    return refuse([problem('rule:rule.too_long', [], `a rule has at most ${MOST_CHARACTERS} characters`)]);
  }
  // What a household need not say.
  const body = { severity: 'comfort', clauses: [], ...written } as RuleBody;
  const { id } = body;
  const source = new DataSource(`${String(id)}.json`, JSON.stringify(body), 'rule');
  const { rule, problems } = readRuleDocument(source, set.grammar, () => undefined);
  if (!rule) return refuse(problems.map(placedByPath));
  const wrong = [...tooMany(rule, home), ...notForHomes(rule), ...notInHome(rule, home)];
  if (wrong.length > 0) return refuse(wrong);
  const together = problemsTogether(body, home, set);
  return { body: together.some(({ severity }) => severity === 'error') ? null : body, problems: together };
}

function refuse(problems: readonly RuleProblem[]): ReadHomeRule {
  return { body: null, problems };
}

function* tooMany({ id }: Rule, { household }: HomeNode): Generator<RuleProblem> {
  const others = [...(household?.rules ?? [])].filter(([other, all]) => other !== id && all.at(-1)!.body !== null);
  if (others.length < MOST_RULES) return;
  yield problem('rule:rule.too_many', [], `a home has at most ${MOST_RULES} rules of its own`, 'remove one');
}

/** What a household's own rules may not be: others rely on it that they are not. */
function* notForHomes({ severity, pack, event }: Rule): Generator<RuleProblem> {
  if (severity === 'life_safety') {
    const hint = 'write `security`, `fault` or `comfort`; what threatens lives is seen to already';
    yield problem('rule:severity.not_for_home', ['severity'], 'a rule of a home is not `life_safety`', hint);
  }
  if (pack !== undefined) {
    yield problem('rule:pack.not_for_home', ['pack'], 'a rule of a home belongs to no pack', 'leave `pack` out');
  }
  for (const [alarm, path] of alarmsRaised(event)) {
    if (!LIFE_SAFETY_KINDS.includes(alarm)) continue;
    const hint = 'it calls for help; tell the people of the home by a notice';
    yield problem('rule:alarm.not_for_home', path, `no rule of a home raises \`${alarm}\``, hint);
  }
}

function* alarmsRaised(event: Rule['event']): Generator<readonly [AlarmKind, DataPath]> {
  if (event.type === 'raise_alarm') yield [event.params.alarm, ['event', 'params', 'alarm']];
  else {
    for (const [index, effect] of event.params.effects.entries()) {
      if (effect.kind === 'alarm') yield [effect.alarm, ['event', 'params', 'effects', index, 'alarm']];
    }
  }
}

/** Devices, rooms, scenes and modes that a rule names and the home does not have. */
function* notInHome({ on, event }: Rule, home: HomeNode): Generator<RuleProblem> {
  const devices = [...home.devices.values()].filter(({ state }) => state !== 'retired');
  const names = devices.map(({ name }) => name);
  const rooms = [...home.rooms.values()].map(({ name }) => name);
  const scenes = [...(home.household?.scenes.keys() ?? [])];
  yield* unknown('device', on.devices?.name, names, ['on', 'devices', 'name']);
  yield* unknown('room', on.devices?.room, rooms, ['on', 'devices', 'room']);
  const models = devices.map(({ device }) => device.model);
  yield* unknown('model', on.devices?.model, models, ['on', 'devices', 'model']);
  for (const [index, mode] of (on.modes ?? []).entries())
    yield* unknown('mode', mode, HOME_MODES, ['on', 'modes', index]);
  if (event.type !== 'act') return;
  for (const [index, effect] of event.params.effects.entries()) {
    const path = ['event', 'params', 'effects', index];
    if (effect.kind === 'command') {
      yield* unknown('device', 'device' in effect ? effect.device : undefined, names, [...path, 'device']);
      yield* unknown('room', effect.room, rooms, [...path, 'room']);
    } else if (effect.kind === 'run_scene') yield* unknown('scene', effect.scene, scenes, [...path, 'scene']);
    else if (effect.kind === 'set_mode') yield* unknown('mode', effect.mode, HOME_MODES, [...path, 'mode']);
  }
}

function* unknown(
  what: 'device' | 'room' | 'model' | 'scene' | 'mode',
  name: string | undefined,
  known: readonly string[],
  path: DataPath,
): Generator<RuleProblem> {
  if (name === undefined || known.includes(name)) return;
  const [guess] = nearest(name, known, 1);
  const hint = guess ? `did you mean \`${guess}\`?` : `there are ${known.join(', ') || 'none'}`;
  yield problem(`rule:${what}.not_in_home`, path, `the home has no ${what} \`${name}\``, hint);
}

/** What the rule would do with the devices of the home and beside the other rules that act there. */
function problemsTogether(
  body: RuleBody,
  home: HomeNode,
  set: RuleSet & { readonly policies?: PolicyEvaluator },
): readonly RuleProblem[] {
  const candidate = loadedOf(home.home.id, body, set.grammar.shared);
  const bookId = idInBook(home.home.id, String(body['id']));
  const beside = [...actingThere(home, set)].filter(({ rule }) => rule.id !== bookId);
  const here = [...home.devices.values()].flatMap(({ name, state, device }) => {
    const type = state === 'retired' ? undefined : deviceType(device.model);
    return type ? [[name, type] as const] : [];
  });
  return checkRuleSet([...beside, candidate], {
    types: new Set(here.map(([, type]) => type)),
    named: new Map(here),
    ...(set.policies && { policies: set.policies }),
    focus: (rule) => rule === candidate,
    place: ({ rule, file }, path) =>
      rule === candidate.rule ? { path: pointer(path) } : { file, path: pointer(path) },
  });
}

function* actingThere(home: HomeNode, set: RuleSet) {
  yield* set.rules.filter(({ rule }) => rule.pack === undefined || isOnAsItIs(home, rule.pack));
  yield* rulesOfHome(home, set);
}

/** Whoever wrote it has the rule, not the text in which it was looked at. */
function placedByPath({ code, message, hint, place }: CodedError): RuleProblem {
  const path = place?.path === undefined ? {} : { path: place.path };
  return { code, severity: 'error', message, ...(hint === undefined ? {} : { hint }), place: path };
}

function problem(code: `rule:${string}`, path: DataPath, message: string, hint?: string): RuleProblem {
  return { code, severity: 'error', message, ...(hint === undefined ? {} : { hint }), place: { path: pointer(path) } };
}

function pointer(path: DataPath): string {
  return path.length === 0 ? '' : `/${path.join('/')}`;
}
