import { canonicalJson } from '../../canonicalJson.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import { type Acting, modelsIn } from './actingOf.ts';
import { logicOf } from './askedOf.ts';
import { areAny, both, type Devices, wordsSaid } from './Devices.ts';
import { heartOf, type WantedEffect } from './effectsOf.ts';
import type { CheckableRules, RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { meet, type Situation, situationsOf } from './Situation.ts';
import { alarmKey } from './wakesOf.ts';

/** One rule's effect that wakes another rule, or the same one. */
type Edge = {
  readonly from: RuleView;
  readonly to: RuleView;
  readonly path: DataPath;
  /** What the event is about, in words. */
  readonly by: string;
  /** What it makes of it, where only a change wakes: the loop goes on only if somewhere in it something else is made of it. */
  readonly changes: { readonly what: string; readonly to: string } | null;
  /** Whether it comes about once, until people end the alarm. */
  readonly once: boolean;
};

/** Rules whose effects wake one another in a circle. */
export const loops: RuleCheck = function* ({ rules, devices, actingOf, focus }) {
  const edgesFrom = edgesBetween(rules, { devices, actingOf });
  const seen = new Set<RuleView>();
  for (const rule of between(rules, edgesFrom)) {
    const circle = seen.has(rule) ? null : shortestCircle(rule, edgesFrom);
    if (!circle) continue;
    for (const { from } of circle) seen.add(from);
    if (circle.some(({ from }) => focus(from))) yield problemOf(circle);
  }
};

/** A rule that an effect wakes. */
type Woken = Pick<Edge, 'to' | 'by' | 'changes'>;

/** The ways from each rule to those that its effects wake. What wakes whom is found once for all effects that do the same. */
function edgesBetween(
  rules: readonly RuleView[],
  { devices, actingOf }: Pick<CheckableRules, 'devices' | 'actingOf'>,
): (from: RuleView) => readonly Edge[] {
  const waking = wakingBy(rules, actingOf);
  const known = new Map<string, readonly Woken[]>();
  const wokenBy = (effect: WantedEffect): readonly Woken[] => {
    const { room: _room, after: _after, ...says } = effect.says;
    const key = canonicalJson([effect.kind, says]);
    const woken = known.get(key) ?? wokenByEffect(effect, waking, devices);
    known.set(key, woken);
    return woken;
  };
  const edges = new Map<RuleView, readonly Edge[]>();
  return (from) => {
    const found = edges.get(from) ?? edgesOf(from, wokenBy);
    edges.set(from, found);
    return found;
  };
}

function edgesOf(from: RuleView, wokenBy: (effect: WantedEffect) => readonly Woken[]): readonly Edge[] {
  return from.effects.flatMap((effect) => {
    const once = from.rule.event.type === 'raise_alarm' || effect.kind === 'alarm';
    const path = heartOf(effect);
    const { room } = effect.says;
    return wokenBy(effect)
      .filter(({ to }) => room === undefined || to.waking.room === undefined || to.waking.room === room)
      .map((woken): Edge => ({ from, path, once, ...woken }));
  });
}

type Waking = ReadonlyMap<string, readonly { readonly rule: RuleView; readonly acting: Acting }[]>;

/** The ways in which rules come to act, by what wakes them. */
function wakingBy(rules: readonly RuleView[], actingOf: CheckableRules['actingOf']): Waking {
  const found = new Map<string, { rule: RuleView; acting: Acting }[]>();
  for (const rule of rules) {
    for (const acting of actingOf(rule) ?? []) {
      const key = `${acting.wake.kind} ${acting.wake.key}`;
      const known = found.get(key) ?? [];
      found.set(key, known);
      known.push({ rule, acting });
    }
  }
  return found;
}

function wokenByEffect({ kind, says }: WantedEffect, waking: Waking, devices: Devices): readonly Woken[] {
  switch (kind) {
    case 'alarm':
      return (waking.get(`alarm ${alarmKey(says['alarm'])}`) ?? []).map(({ rule: to }) => {
        return { to, by: `the alarm \`${String(says['alarm'])}\``, changes: null };
      });
    case 'set_mode': {
      const mode = String(says['mode']);
      // A home that is in a mode does not come into it.
      const changes = { what: 'mode', to: mode };
      return (waking.get(`mode ${mode}`) ?? []).map(({ rule: to }) => ({ to, by: `the mode \`${mode}\``, changes }));
    }
    case 'command':
      return says['property'] === undefined ? [] : wokenByCommand(says, waking, devices);
    default:
      return [];
  }
}

function wokenByCommand(says: WantedEffect['says'], waking: Waking, devices: Devices): readonly Woken[] {
  const property = String(says['property']);
  const target = String(says['device'] ?? says['devices']);
  const what = canonicalJson([says['devices'] ?? null, says['device'] ?? null, property]);
  const answers = answersTo(property, says['value'] ?? null, devices);
  return (waking.get(`property ${property}`) ?? []).flatMap(({ rule: to, acting }): readonly Woken[] => {
    const heard = answers.filter((value) => isAnswered({ ...says, value }, to, acting, devices));
    if (heard.length === 0) return [];
    // What acts on either of the two values that a toggle makes goes on by itself.
    const goesOn = !acting.wake.changed || heard.length > 1;
    const changes = goesOn ? null : { what, to: canonicalJson(heard[0]) };
    return [{ to, by: `\`${property}\` of ${target}`, changes }];
  });
}

/** What devices report that were told a value: a toggle comes to one of two values, by turns. */
function answersTo(property: string, value: unknown, devices: Devices): readonly unknown[] {
  if (value !== 'TOGGLE') return [value];
  const switches = devices.usesOf(property).filter(({ property: { type } }) => type === 'binary');
  return switches.length === 0 ? [value] : wordsSaid(switches);
}

/** Whether a device that obeys a command reports what makes a rule act. */
function isAnswered(says: WantedEffect['says'], { waking }: RuleView, acting: Acting, devices: Devices): boolean {
  const { property, value, devices: kind, device } = says;
  if (waking.name !== undefined && device !== undefined && waking.name !== device) return false;
  const told = meet(acting.situation, telling(String(property), value));
  if (!told || !acting.models) return false;
  const commanded = both(devices.matching({ kind: kind as string | undefined }), devices.taking(String(property)));
  return areAny(both(both(acting.models, commanded), modelsIn(told, waking, devices)));
}

function telling(name: string, value: unknown): Situation {
  const logic = logicOf({ fact: 'property', params: { name }, operator: 'equal', value } as never);
  return situationsOf(logic)![0]!;
}

/** The rules that may stand in a circle: whatever only leads there, or only away from there, is taken off. */
function between(rules: readonly RuleView[], edgesFrom: (rule: RuleView) => readonly Edge[]): ReadonlySet<RuleView> {
  const left = new Set(rules);
  const [to, from] = [new Map<RuleView, Set<RuleView>>(), new Map<RuleView, Set<RuleView>>()];
  for (const rule of rules) {
    for (const edge of edgesFrom(rule)) {
      to.set(rule, (to.get(rule) ?? new Set()).add(edge.to));
      from.set(edge.to, (from.get(edge.to) ?? new Set()).add(rule));
    }
  }
  for (const [ahead, behind] of [
    [to, from],
    [from, to],
  ] as const) {
    const ends = rules.filter((rule) => !ahead.get(rule)?.size);
    // The list grows while it is gone through.
    for (const end of ends) {
      left.delete(end);
      for (const rule of behind.get(end) ?? []) {
        const ways = ahead.get(rule);
        if (ways?.delete(end) && ways.size === 0) ends.push(rule);
      }
    }
  }
  return left;
}

/** The shortest way from a rule back to itself that goes on for ever; null when there is none. */
function shortestCircle(start: RuleView, edgesFrom: (rule: RuleView) => readonly Edge[]): readonly Edge[] | null {
  const ways: (readonly Edge[])[] = [[]];
  const visited = new Set<RuleView>();
  for (const way of ways) {
    const last = way.at(-1)?.to ?? start;
    for (const edge of edgesFrom(last)) {
      const longer = [...way, edge];
      if (edge.to === start) {
        if (goesOn(longer)) return longer;
      } else if (!visited.has(edge.to)) {
        visited.add(edge.to);
        ways.push(longer);
      }
    }
  }
  return null;
}

/** A change to what is there already is none, and wakes nobody. */
function goesOn(circle: readonly Edge[]): boolean {
  const made = new Map<string, Set<string>>();
  for (const { changes } of circle) {
    if (changes) made.set(changes.what, (made.get(changes.what) ?? new Set()).add(changes.to));
  }
  return [...made.values()].every(({ size }) => size > 1);
}

function problemOf(circle: readonly Edge[]): Told {
  const [first, ...rest] = circle;
  const way = circle.map(({ from, to, by }) => `\`${from.id}\` wakes \`${to.id}\` by ${by}`).join(', ');
  const once = circle.some((edge) => edge.once);
  return {
    code: 'rule:loop',
    ...(once && { severity: 'warning' }),
    rule: first!.from,
    path: first!.path,
    ...(rest.length > 0 && { related: rest.map(({ from, path }) => ({ rule: from, path })) }),
    message: `${way}, ${once ? 'each time that the alarm is raised anew' : 'and so on for ever'}`,
    hint: 'let one of them ask for something that the others end',
  };
}
