import { type Condition, factConditions, type Rule, type Wakes } from '../Rule.ts';
import { actedBy, type Outcome } from './actions.ts';
import { type Asked, every } from './conditions.ts';
import { topOf } from './conditionsOf.ts';
import type { EntityMap } from './EntityMap.ts';
import { NotTaken } from './NotTaken.ts';
import { named } from './named.ts';
import type { Automation } from './readAutomations.ts';
import { asNotTaken, type Scope, triggerOf } from './Scope.ts';
import { simplified } from './simplified.ts';
import { type Construct, Tally } from './Tally.ts';
import { platformOf, type Setting, settingsOf } from './triggers.ts';
import { isOff, strangers } from './values.ts';
import { withDefaults, withVariables } from './variables.ts';
import { listed, member, textOf, type YamlTree } from './YamlTree.ts';

/** What became of an automation. Its rules are all that it does when it is `whole`, and what could be said of it in `part`. */
export type Converted = {
  readonly automation: Automation;
  readonly outcome: 'whole' | 'part' | 'refused';
  readonly rules: readonly Rule[];
  readonly constructs: readonly Construct[];
  /** What is otherwise than in Home Assistant, though it was taken. */
  readonly notes: readonly string[];
  readonly mode: string;
};

export type ConvertContext = {
  readonly entities: EntityMap;
  /** A name for rules that nothing else has: asked for again it is another one. */
  readonly freshId: (wanted: string) => string;
};

const READ = [
  ...['id', 'alias', 'description', 'mode', 'max', 'max_exceeded', 'initial_state', 'trace', 'variables', 'enabled'],
  // Said once how it is shown; it does nothing.
  'hide_entity',
  ...['trigger', 'triggers', 'condition', 'conditions', 'action', 'actions', 'use_blueprint', 'input'],
];

/**
 * Turns an automation into rules: one for each entity that a trigger names, and of these one for each way that conditions
 * within the actions may go. Whatever is not taken stands among the constructs with its line and reason.
 */
export function convertAutomation(automation: Automation, { entities, freshId }: ConvertContext): Converted {
  const { tree } = automation;
  const tally = new Tally();
  const mode = textOf(member(tree, 'mode')) ?? 'single';
  const drafts = tree.entries.has('use_blueprint')
    ? refuseBlueprint(tree, tally)
    : draftsOf(automation, mode, { entities, tally });
  for (const key of strangers(tree, READ)) {
    const part = tree.entries.get(key)!;
    tally.record(
      part,
      key,
      new NotTaken(key, `\`${key}\` of an automation is not taken`, { line: tree.keyLines.get(key) ?? part.line }),
    );
  }
  const initial = tree.entries.get('initial_state');
  if (textOf(initial) === 'false') {
    const why = 'it is switched off until somebody switches it on, and a rule acts at once';
    const { line } = initial!;
    tally.record(initial!, 'initial_state', new NotTaken('initial_state', why, { instead: 'leave it out', line }));
  }
  const problems = tally.constructs.filter(({ problem }) => problem);
  const rules = drafts.flatMap((draft) => ruleOf(draft, automation, freshId) ?? []);
  const outcome = rules.length === 0 ? 'refused' : problems.length > 0 ? 'part' : 'whole';
  return { automation, outcome, rules, constructs: tally.constructs, notes: tally.notes, mode };
}

type Draft = { readonly wakes: Wakes; readonly conditions: readonly Condition[]; readonly outcome: Outcome };
type Context = { readonly entities: EntityMap; readonly tally: Tally };

function draftsOf({ tree }: Automation, mode: string, { entities, tally }: Context): readonly Draft[] {
  const nothing: Scope = { entities, trigger: triggerOf('none', '0'), variables: new Map(), settled: new Map(), tally };
  const triggers = listed(member(tree, 'triggers', 'trigger'));
  const settings = triggers.flatMap((trigger, number) => takeTrigger(trigger, number, nothing));
  const drafts: Draft[] = [];
  let lasts = 0;
  // Of an automation that nothing sets off, all is looked at all the same.
  for (const setting of settings.length > 0 ? settings : [null]) {
    const inner = setting ? { ...nothing, trigger: setting.trigger } : nothing;
    const scope = withDefaults(member(tree, 'variables'), withVariables(setting?.variables, inner));
    const asked = askedOf(listed(member(tree, 'conditions', 'condition')), scope);
    const acted = actedBy(listed(member(tree, 'actions', 'action')), scope, []);
    if (!setting || asked === null || asked === false) continue;
    lasts = Math.max(lasts, acted.lasts);
    const conditions = [...setting.conditions, ...(asked === true ? [] : [asked])];
    for (const outcome of acted.outcomes) drafts.push(draftOf(setting, { conditions, outcome }, tree, tally));
  }
  if (lasts > 0) checkMode(tree, mode, { settings, lasts, tally });
  const woken = drafts.flatMap((draft) => wokenByMessages(draft, tree, tally));
  if (woken.length === 0 && tally.constructs.every(({ problem }) => !problem)) {
    tally.record(
      tree,
      'automation',
      new NotTaken(
        'automation',
        triggers.length === 0 ? 'nothing sets it off' : 'it does nothing that a rule would do',
        {
          line: tree.line,
        },
      ),
    );
  }
  return woken;
}

/**
 * A condition on how long something has lasted has a timer of its own, which sets nothing off here; beside a trigger that
 * waits for something to last, the two timers cannot be told apart.
 */
function draftOf(
  { wakes, trigger }: Setting,
  { conditions, outcome }: Omit<Draft, 'wakes'>,
  tree: Automation['tree'],
  tally: Tally,
): Draft {
  const all = [...conditions, ...outcome.conditions].flatMap((each) => [...factConditions(each)]);
  const timers = all.filter(({ fact }) => fact === 'held_for').length;
  if (timers > (trigger.lasts ? 1 : 0)) {
    if (trigger.lasts) {
      const why = 'a condition that lasts (`for`) beside a trigger that lasts would set it off as well';
      const at = member(tree, 'conditions', 'condition') ?? tree;
      tally.record(at, 'condition state for', new NotTaken('condition state for', why, { line: at.line }));
    }
    const notByTimer: Condition = { fact: 'event', operator: 'notEqual', value: 'condition_held' };
    return { wakes, conditions: trigger.lasts ? conditions : [notByTimer, ...conditions], outcome };
  }
  return { wakes, conditions, outcome };
}

function takeTrigger(trigger: YamlTree, number: number, scope: Scope): readonly Setting[] {
  if (isOff(trigger)) return [];
  const construct = `trigger ${platformOf(trigger)}`;
  try {
    const settings = settingsOf(trigger, number, scope);
    scope.tally.record(trigger, construct, null);
    for (const setting of settings) noteAttributes(setting, scope);
    return settings;
  } catch (error) {
    const problem = asNotTaken(error);
    problem.line ??= trigger.line;
    scope.tally.record(trigger, construct, problem);
    return [];
  }
}

const WITH_ATTRIBUTES: ReadonlySet<string> = new Set(['climate', 'fan', 'light', 'media_player', 'vacuum', 'weather']);

/** Without a state Home Assistant is set off by any attribute as well, several at once counting as one. */
function noteAttributes({ trigger, conditions }: Setting, { tally }: Scope): void {
  const { platform, entity, attribute } = trigger;
  if (platform !== 'state' || attribute !== null || conditions.length > 0 || entity === null) return;
  if (WITH_ATTRIBUTES.has(entity.slice(0, entity.indexOf('.')))) {
    tally.note(`a change of an attribute of \`${entity}\` alone does not set it off, only one of its state`);
  }
}

function askedOf(conditions: readonly YamlTree[], scope: Scope): Asked | null {
  try {
    return every(conditions, scope);
  } catch (error) {
    asNotTaken(error);
    return null;
  }
}

const WAITS: Readonly<Record<string, string>> = {
  single: 'is not set off again while it waits',
  restart: 'begins anew when it is set off while it waits',
  queued: 'waits for itself',
};
type Modes = { readonly settings: readonly Setting[]; readonly lasts: number; readonly tally: Tally };

/**
 * What an automation does when it is set off while it still waits: a rule does all again. That is `parallel`; the other
 * modes are the same only where it cannot be set off so soon.
 */
function checkMode(tree: Automation['tree'], mode: string, { settings, lasts, tally }: Modes): void {
  const [only, ...others] = settings;
  if (mode === 'parallel' || (only && others.length === 0 && only.every > lasts)) return;
  const said = named(WAITS, mode);
  const at = member(tree, 'mode') ?? tree;
  const why = `an automation of the mode \`${mode}\` ${said ?? 'does as its mode says'}, and a rule would do all again`;
  tally.record(
    at,
    `mode ${mode} with delay`,
    new NotTaken(`mode ${mode} with delay`, why, {
      instead: 'let the state last in the trigger (`for`), or use the mode `parallel`',
      line: at.line,
    }),
  );
}

/** A message on a topic wakes by the properties that somebody asks for. */
function wokenByMessages(draft: Draft, tree: Automation['tree'], tally: Tally): readonly Draft[] {
  const { wakes } = draft;
  if (Object.keys(wakes).some((key) => key !== 'devices')) return [draft];
  const asked = [...draft.conditions, ...draft.outcome.conditions].flatMap((each) => [...factConditions(each)]);
  const own = asked.filter(({ fact, params }) => fact === 'property' && params?.['device'] === undefined);
  const properties = [...new Set(own.map(({ params }) => String(params?.['name'])))];
  if (properties.length > 0) return [{ ...draft, wakes: { properties, ...wakes } }];
  const trigger = member(tree, 'triggers', 'trigger') ?? tree;
  const why = 'any message sets it off, and nothing asks what the message says';
  tally.record(
    trigger,
    'trigger mqtt',
    new NotTaken('trigger mqtt', why, { instead: 'ask for a key of `trigger.payload_json`', line: trigger.line }),
  );
  return [];
}

function refuseBlueprint(tree: Automation['tree'], tally: Tally): readonly Draft[] {
  const at = tree.entries.get('use_blueprint')!;
  const why = 'what a blueprint does stands in another file';
  tally.record(
    at,
    'blueprint',
    new NotTaken('blueprint', why, { instead: 'take control of it in Home Assistant', line: at.line }),
  );
  return [];
}

function ruleOf(
  { wakes, conditions, outcome }: Draft,
  { alias, id, file, line }: Automation,
  freshId: ConvertContext['freshId'],
): Rule | null {
  // What can never hold, as with one trigger of several, is no rule.
  const all = simplified([...conditions, ...outcome.conditions]);
  if (!all) return null;
  return {
    id: freshId(`ha_${slug(alias ?? id ?? `${file}_${line}`)}`),
    title: alias ?? id ?? `Automation of ${file}:${line}`,
    severity: 'comfort',
    clauses: [],
    on: wakes,
    conditions: topOf(all),
    event: { type: 'act', params: { effects: outcome.effects } },
  };
}

function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (
    plain
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 60)
      .replace(/_+$/, '') || 'automation'
  );
}
