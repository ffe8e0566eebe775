import { type Condition, factConditions, type RuleEffect } from '../Rule.ts';
import { dataOf, inData, noticeOf, serviceName, targetsOf } from './callParts.ts';
import { type Asked, conditionOf, every, opposite } from './conditions.ts';
import { notOf } from './conditionsOf.ts';
import { NotTaken } from './NotTaken.ts';
import { SaidValues } from './SaidValues.ts';
import { asNotTaken, DependsOn, type Scope, withAnswer } from './Scope.ts';
import { toldBy } from './services.ts';
import type { Tally } from './Tally.ts';
import type { Known } from './template/Value.ts';
import { durationOf, entitiesOf, evaluated, isOff, isoDuration, within } from './values.ts';
import { withVariables } from './variables.ts';
import { listed, member, textOf, type YamlMap, type YamlTree } from './YamlTree.ts';

/** What is done where these conditions hold: one rule. */
export type Outcome = { readonly conditions: readonly Condition[]; readonly effects: RuleEffect[] };

/** What a sequence of actions becomes. */
export type Acted = {
  readonly outcomes: readonly Outcome[];
  /** How long it goes on, in milliseconds: with its last delay, even where nothing comes after. */
  readonly lasts: number;
};

/** Where a sequence has got to. */
type Flow = {
  readonly scope: Scope;
  readonly conditions: readonly Condition[];
  readonly after: number;
  /** Devices that were told something: what they say from then on is not known before. */
  readonly told: ReadonlySet<string>;
  /** Nothing more is done behind an end, nor behind what is not taken; but all is looked at. */
  readonly end: 'none' | 'ended' | 'not taken';
  /** Options before this took differently long, so that it would come at several times. */
  readonly isUneven: boolean;
  /** Whether it is within a block, behind which something else comes. */
  readonly isNested: boolean;
};

/** Converts the actions of an automation for one trigger. What is not taken is told to the scope's tally. */
export function actedBy(steps: readonly YamlTree[], scope: Scope, conditions: readonly Condition[]): Acted {
  const sequence = new Sequence(scope.tally);
  const start = {
    conditions,
    after: 0,
    told: new Set<string>(),
    end: 'none',
    isUneven: false,
    isNested: false,
  } as const;
  sequence.run(steps, { ...start, scope: { ...scope, isActing: true } });
  return { outcomes: sequence.outcomes, lasts: sequence.lasts };
}

const KEEP = 'keep this automation in Home Assistant';
const CONTROL: ReadonlySet<string> = new Set([
  ...['choose', 'if', 'delay', 'condition', 'variables', 'stop', 'sequence', 'parallel'],
]);
const NEVER: Readonly<Record<string, string>> = {
  repeat: 'rules do not repeat',
  wait_template: 'a rule does not wait in its middle',
  wait_for_trigger: 'a rule does not wait in its middle',
  event: 'there is no bus of events to fire one on',
  device_id: 'devices of Home Assistant are not known to the twin, entities are',
};

/** The kind of an action: the service it calls, or its first key. */
function actionKind(tree: YamlTree): string {
  if (tree.kind !== 'map') return tree.kind === 'scalar' ? 'condition' : 'sequence';
  const service = serviceOf(tree);
  if (service) return textOf(service) ?? 'service';
  const kind = [...CONTROL, ...Object.keys(NEVER), 'scene'].find((key) => tree.entries.has(key));
  return kind ?? (['and', 'or', 'not'].some((key) => tree.entries.has(key)) ? 'condition' : 'unknown');
}

/** Scripts and receivers of notifications have names of their own in each home. */
function constructOf(kind: string): string {
  if (kind.includes('{')) return 'of a template';
  return kind.replace(/^(script|notify|shell_command)\.(?!turn_on$|turn_off$|toggle$|send_message$).*$/, '$1.*');
}

function serviceOf(tree: YamlMap): YamlTree | undefined {
  return member(tree, 'action', 'service', 'service_template');
}

class Sequence {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #tally: Tally;
  lasts = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  get outcomes(): readonly Outcome[] {
    return [...this.#outcomes.values()];
  }

  run(steps: readonly YamlTree[], start: Flow): Flow {
    return steps.filter((step) => !isOff(step)).reduce((flow, step) => this.#step(step, flow), start);
  }

  /** Steps of a block: a condition that fails there ends the block alone. */
  #within(steps: readonly YamlTree[], flow: Flow): Flow {
    return this.run(steps, { ...flow, isNested: true });
  }

  #step(tree: YamlTree, flow: Flow): Flow {
    const kind = actionKind(tree);
    const construct = `action ${constructOf(kind)}`;
    try {
      const next = within(tree, () => this.#take(tree, kind, flow));
      if (!isCondition(kind)) this.#tally.record(tree, construct, null);
      return next;
    } catch (error) {
      if (error instanceof DependsOn && !CONTROL.has(kind)) return this.#both(tree, error.condition, flow);
      const problem = asNotTaken(error);
      problem.line ??= tree.line;
      this.#tally.record(tree, construct, problem);
      // A call that is left out leaves the rest what it is; what decides about the rest does not.
      return CONTROL.has(kind) || NEVER[kind] !== undefined ? { ...flow, end: 'not taken' } : flow;
    }
  }

  /** What an action does depends on a condition: it becomes two, one for each answer. */
  #both(tree: YamlTree, condition: Condition, flow: Flow): Flow {
    try {
      const ends = [true, false].map((answer) => {
        const asked = answer ? condition : notOf(condition);
        const branch = this.#narrowed({ ...flow, scope: withAnswer(flow.scope, condition, answer) }, asked);
        return this.#step(tree, branch);
      });
      return { ...flow, told: union(ends) };
    } catch (error) {
      const problem = asNotTaken(error);
      problem.line ??= tree.line;
      this.#tally.record(tree, `action ${constructOf(actionKind(tree))}`, problem);
      return flow;
    }
  }

  #take(tree: YamlTree, kind: string, flow: Flow): Flow {
    if (isCondition(kind)) return this.#narrowed(flow, conditionOf(tree, flow.scope));
    if (tree.kind !== 'map') return this.run(listed(tree), flow);
    switch (kind) {
      case 'delay':
        return this.#delay(tree, flow);
      case 'variables':
        return { ...flow, scope: withVariables(tree.entries.get('variables'), flow.scope, flow.after) };
      case 'choose':
        return this.#choose(tree, flow);
      case 'if': {
        const option = { conditions: listed(tree.entries.get('if')), steps: listed(tree.entries.get('then')) };
        return this.#options([option], listed(tree.entries.get('else')), flow);
      }
      case 'sequence':
        return behind([this.#within(listed(tree.entries.get('sequence')), flow)], flow);
      case 'parallel':
        return behind(
          listed(tree.entries.get('parallel')).map((branch) => this.#within(listed(branch), flow)),
          flow,
        );
      case 'stop':
        if (!flow.isNested) return { ...flow, end: 'ended' };
        throw new NotTaken('action stop', 'within a block it ends what comes behind the block, too', {
          instead: 'put what comes behind into the other option',
        });
      case 'scene':
        return this.#command(
          {
            service: 'turn_on',
            entities: entitiesOf(tree.entries.get('scene'), flow.scope),
            data: {},
            said: new SaidValues(),
          },
          flow,
        );
    }
    if (NEVER[kind] !== undefined) throw new NotTaken(`action ${kind}`, NEVER[kind], { instead: KEEP });
    const service = serviceOf(tree);
    if (!service) throw new NotTaken(`action ${kind}`, 'this action is not known', { instead: KEEP });
    const name = serviceName(evaluated(service, flow.scope), flow.scope);
    return name === null ? flow : this.#call(tree, name, flow);
  }

  /** The flow where this holds as well. A rule asks all before it does anything, so it must be askable then. */
  #narrowed(flow: Flow, asked: Asked): Flow {
    if (asked === true) return flow;
    if (asked === false) return { ...flow, end: 'ended' };
    if (flow.after > 0 || flow.isUneven) {
      throw new NotTaken(
        'action condition after a delay',
        'a rule asks its conditions when it is set off, not after a delay',
        {
          instead: 'let the state last in the trigger (`for`)',
        },
      );
    }
    const own = flow.scope.trigger.entity;
    for (const { params } of factConditions(asked)) {
      const device = params?.['device'] ?? (own === null ? null : flow.scope.entities.target(own).device);
      if (!flow.told.has(String(device))) continue;
      throw new NotTaken(
        'action condition after a command',
        `\`${String(device)}\` was told something before it is asked here`,
        {
          instead: 'ask before it is told',
        },
      );
    }
    return { ...flow, conditions: [...flow.conditions, asked] };
  }

  #delay(tree: YamlMap, flow: Flow): Flow {
    const after = flow.after + durationOf(tree.entries.get('delay')!, flow.scope);
    if (flow.end === 'none') this.lasts = Math.max(this.lasts, after);
    return { ...flow, after };
  }

  #choose(tree: YamlMap, flow: Flow): Flow {
    const options = listed(tree.entries.get('choose')).map((option) => {
      if (option.kind !== 'map') throw new NotTaken('action choose', 'this is no option');
      const conditions = listed(member(option, 'conditions', 'condition'));
      return { conditions, steps: listed(option.entries.get('sequence')) };
    });
    return this.#options(options, listed(tree.entries.get('default')), flow);
  }

  /** The first option that holds is done: each excludes those before it. */
  #options(options: readonly Option[], otherwise: readonly YamlTree[], flow: Flow): Flow {
    let rest = flow;
    const ends: Flow[] = [];
    for (const { conditions, steps } of options) {
      const asked = askedOf(conditions, rest.scope);
      if (asked === null) {
        // Whether it is this option is not known, nor then whether it is one behind it.
        rest = { ...rest, end: 'not taken' };
        ends.push(this.#within(steps, rest));
        continue;
      }
      const answered = (answer: boolean): Flow =>
        typeof asked === 'boolean' ? rest : { ...rest, scope: withAnswer(rest.scope, asked, answer) };
      ends.push(this.#within(steps, this.#narrowed(answered(true), asked)));
      rest = this.#narrowed(answered(false), opposite(asked));
    }
    ends.push(this.#within(otherwise, rest));
    return behind(ends, flow);
  }

  #call(tree: YamlMap, service: string, flow: Flow): Flow {
    const response = tree.entries.get('response_variable');
    if (response) {
      throw new NotTaken('action response_variable', 'a rule hears no answer of a service', {
        instead: KEEP,
        line: response.line,
      });
    }
    const [domain = '', name = ''] = service.toLowerCase().split('.');
    const { scope } = flow;
    const said = new SaidValues();
    const saying: Scope = { ...scope, said, after: flow.after };
    if (domain === 'notify' || service === 'persistent_notification.create') {
      const notice = noticeOf(tree, service, saying);
      return this.#do(flow, [{ ...notice, ...said.in(notice) }], []);
    }
    const data = dataOf(tree, service, saying);
    const entities = [
      ...entitiesOf(tree.entries.get('entity_id'), scope),
      ...entitiesOf(inData(tree, 'entity_id'), scope),
      ...targetsOf(tree, scope),
    ];
    if (domain === 'script' && !SCRIPT_SERVICES.has(name)) {
      const given = Object.keys(data).length + entities.length > 0;
      const variables = {
        ...data,
        ...(inData(tree, 'entity_id') && { entity_id: entities.length === 1 ? entities[0]! : entities }),
      };
      return this.#command({ service: 'turn_on', entities: [service], data: given ? { variables } : {}, said }, flow);
    }
    if (entities.length === 0) {
      throw new NotTaken(`action ${service}`, `\`${service}\` is no service on an entity`, {
        instead: 'put it into a script of Home Assistant, and call that',
      });
    }
    if (domain === 'automation' || (domain === 'homeassistant' && !['turn_on', 'turn_off', 'toggle'].includes(name))) {
      throw new NotTaken(`action ${service}`, `\`${service}\` is about Home Assistant itself`, { instead: KEEP });
    }
    return this.#command({ service: name, entities, data, said }, flow);
  }

  #command({ service, entities, data, said }: Calls, flow: Flow): Flow {
    const told = entities.flatMap((entity) => toldBy({ service, entity, data }, flow.scope.entities));
    return this.#do(
      flow,
      told.map((each) => ({ kind: 'command', ...each, ...said.in(each) })),
      told.map(({ device }) => device),
    );
  }

  #do(flow: Flow, effects: readonly RuleEffect[], devices: readonly string[]): Flow {
    if (flow.isUneven) {
      throw new NotTaken(
        'action after options',
        'options before this take differently long, so it would come at several times',
        {
          instead: 'put it into each option',
        },
      );
    }
    if (flow.end === 'none') {
      const key = JSON.stringify(flow.conditions);
      const outcome = this.#outcomes.get(key) ?? { conditions: flow.conditions, effects: [] };
      this.#outcomes.set(key, outcome);
      const after = flow.after > 0 ? { after: isoDuration(flow.after) } : {};
      outcome.effects.push(...effects.map((effect) => ({ ...effect, ...after })));
    }
    return { ...flow, told: new Set([...flow.told, ...devices]) };
  }
}

type Option = { readonly conditions: readonly YamlTree[]; readonly steps: readonly YamlTree[] };
type Calls = {
  readonly service: string;
  readonly entities: readonly string[];
  readonly data: Readonly<Record<string, Known>>;
  readonly said: SaidValues;
};
const SCRIPT_SERVICES: ReadonlySet<string> = new Set(['turn_on', 'turn_off', 'toggle', 'reload']);

/** Where a flow is behind blocks that began there: conditions and names of a block are its own. */
function behind(ends: readonly Flow[], flow: Flow): Flow {
  if (ends.some(({ end }) => end === 'not taken')) return { ...flow, end: 'not taken', told: union(ends) };
  const afters = new Set(ends.map(({ after }) => after));
  const isUneven = afters.size > 1 || ends.some((end) => end.isUneven);
  return { ...flow, told: union(ends), isUneven, after: Math.max(flow.after, ...afters) };
}

function union(flows: readonly Flow[]): ReadonlySet<string> {
  return new Set(flows.flatMap(({ told }) => [...told]));
}

function isCondition(kind: string): boolean {
  return kind === 'condition';
}

/** Conditions of an option; null when one is not taken, which the tally has heard. */
function askedOf(conditions: readonly YamlTree[], scope: Scope): Asked | null {
  try {
    return every(conditions, scope);
  } catch (error) {
    asNotTaken(error);
    return null;
  }
}
