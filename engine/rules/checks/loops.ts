import { canonicalJson } from '../../canonicalJson.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import { type Acting, actingOf, modelsIn } from './actingOf.ts';
import { logicOf } from './askedOf.ts';
import { areAny, both, type Devices } from './Devices.ts';
import { heartOf, type WantedEffect } from './effectsOf.ts';
import type { RuleCheck, Told } from './RuleCheck.ts';
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
export const loops: RuleCheck = function* ({ rules, devices, focus }) {
  const edges = edgesOf(rules, devices);
  const seen = new Set<RuleView>();
  for (const rule of rules) {
    const circle = seen.has(rule) ? null : shortestCircle(rule, edges);
    if (!circle) continue;
    for (const { from } of circle) seen.add(from);
    if (circle.some(({ from }) => focus(from))) yield problemOf(circle);
  }
};

function edgesOf(rules: readonly RuleView[], devices: Devices): ReadonlyMap<RuleView, readonly Edge[]> {
  const woken = wokenBy(rules, devices);
  return new Map(
    rules.map((rule) => [rule, rule.effects.flatMap((effect) => edgesFrom(rule, effect, woken, devices))]),
  );
}

type Woken = ReadonlyMap<string, readonly { readonly rule: RuleView; readonly acting: Acting }[]>;

/** The ways in which rules come to act, by what wakes them. */
function wokenBy(rules: readonly RuleView[], devices: Devices): Woken {
  const woken = new Map<string, { rule: RuleView; acting: Acting }[]>();
  for (const rule of rules) {
    for (const acting of actingOf(rule, devices) ?? []) {
      const key = `${acting.wake.kind} ${acting.wake.key}`;
      const known = woken.get(key) ?? [];
      woken.set(key, known);
      known.push({ rule, acting });
    }
  }
  return woken;
}

function edgesFrom(from: RuleView, effect: WantedEffect, woken: Woken, devices: Devices): readonly Edge[] {
  const { kind, says } = effect;
  const path = heartOf(effect);
  const once = from.rule.event.type === 'raise_alarm' || kind === 'alarm';
  const edge = (to: RuleView, by: string, changes: Edge['changes'] = null): Edge => ({
    from,
    to,
    path,
    by,
    changes,
    once,
  });
  switch (kind) {
    case 'alarm':
      return (woken.get(`alarm ${alarmKey(says['alarm'])}`) ?? []).map(({ rule }) => {
        return edge(rule, `the alarm \`${String(says['alarm'])}\``);
      });
    case 'set_mode': {
      const mode = String(says['mode']);
      return (woken.get(`mode ${mode}`) ?? []).map(({ rule }) => {
        // A home that is in a mode does not come into it.
        return edge(rule, `the mode \`${mode}\``, { what: 'mode', to: mode });
      });
    }
    case 'command': {
      if (says['property'] === undefined) return [];
      const property = String(says['property']);
      return (woken.get(`property ${property}`) ?? [])
        .filter(({ rule, acting }) => isAnswered(says, rule, acting, devices))
        .map(({ rule, acting }) => {
          const what = canonicalJson([says['devices'] ?? null, says['device'] ?? null, property]);
          const changes = acting.wake.changed ? { what, to: canonicalJson(says['value'] ?? null) } : null;
          return edge(rule, `\`${property}\` of ${String(says['device'] ?? says['devices'])}`, changes);
        });
    }
    default:
      return [];
  }
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

/** The shortest way from a rule back to itself that goes on for ever; null when there is none. */
function shortestCircle(start: RuleView, edges: ReadonlyMap<RuleView, readonly Edge[]>): readonly Edge[] | null {
  const ways: (readonly Edge[])[] = [[]];
  const visited = new Set<RuleView>();
  for (const way of ways) {
    const last = way.at(-1)?.to ?? start;
    for (const edge of edges.get(last) ?? []) {
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
