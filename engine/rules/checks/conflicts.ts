import { canonicalJson } from '../../canonicalJson.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import { type Acting, actingTogether } from './actingOf.ts';
import type { Devices } from './Devices.ts';
import type { WantedCommand } from './effectsOf.ts';
import type { CheckableRules, RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import type { Waking } from './wakesOf.ts';

type Given = { readonly rule: RuleView; readonly command: WantedCommand };

/** Two commands to one device on one event that cannot both be carried out, where nothing says which one counts. */
export const conflicts: RuleCheck = function* ({ rules, devices, actingOf, focus }) {
  const waysOf = (rule: RuleView): readonly Acting[] => actingOf(rule) ?? [];
  const told = new Set<string>();
  for (const given of byTarget(rules).values()) {
    for (const [index, first] of given.entries()) {
      for (const second of given.slice(index + 1)) {
        if (!contradict(first, second) || isCall(first.command, devices) || !(focus(first.rule) || focus(second.rule)))
          continue;
        const pair = `${first.rule.id} ${second.rule.id} ${first.command.property}`;
        if (told.has(pair) || !actTogether(first.rule, second.rule, waysOf, devices)) continue;
        told.add(pair);
        yield problemOf(first, second, focus);
      }
    }
  }
};

/** Whether it is something that devices do when told, and no state that could be one or another. */
function isCall({ property }: WantedCommand, devices: Devices): boolean {
  const uses = devices.usesOf(property);
  return uses.length > 0 && uses.every((use) => use.property.isCall);
}

/** The commands of all rules, by the devices and the property that they are about. */
function byTarget(rules: readonly RuleView[]): ReadonlyMap<string, readonly Given[]> {
  const found = new Map<string, Given[]>();
  for (const rule of rules) {
    for (const command of rule.commands) {
      const target = canonicalJson([command.devices ?? null, command.device ?? null, command.property]);
      const given = found.get(target) ?? [];
      found.set(target, given);
      given.push({ rule, command });
    }
  }
  return found;
}

function contradict(a: Given, b: Given): boolean {
  const [one, other] = [a.command, b.command];
  if (one.room !== undefined && other.room !== undefined && one.room !== other.room) return false;
  if (one.after !== other.after || canonicalJson(one.value) === canonicalJson(other.value)) return false;
  return a.rule === b.rule || !isDecided(a.rule, b.rule);
}

/** Whether it is said which of two rules counts: by their priorities, or since one is for safety. */
function isDecided({ rule: a }: RuleView, { rule: b }: RuleView): boolean {
  return priorityOf(a) !== priorityOf(b) || rankOf(a) !== rankOf(b);
}

function priorityOf(rule: object): number {
  return (rule as { readonly priority?: number }).priority ?? 1;
}

/** Life safety goes before security, and both before everything else. */
function rankOf({ severity }: RuleView['rule']): number {
  return ['life_safety', 'security'].indexOf(severity);
}

function actTogether(
  a: RuleView,
  b: RuleView,
  waysOf: (rule: RuleView) => readonly Acting[],
  devices: Devices,
): boolean {
  if (a === b) return waysOf(a).length > 0;
  const isOther = areOtherDevices(a.waking, b.waking);
  return waysOf(a).some((one) =>
    waysOf(b).some((other) => !(isOther && one.wake.ofDevice) && actingTogether(one, other, devices)),
  );
}

/** Whether two rules are woken by devices of different names or rooms, so that no message wakes both. */
function areOtherDevices(a: Waking, b: Waking): boolean {
  return (['name', 'room'] as const).some((by) => a[by] !== undefined && b[by] !== undefined && a[by] !== b[by]);
}

function problemOf(first: Given, second: Given, focus: CheckableRules['focus']): Told {
  const [told, other] = focus(second.rule) ? [second, first] : [first, second];
  const { command } = told;
  const target = command.device ?? `every ${command.devices}`;
  const values = [command.value, other.command.value].map((value) => `\`${JSON.stringify(value)}\``);
  const isOne = told.rule === other.rule;
  const who = isOne ? 'the same rule' : `\`${other.rule.id}\``;
  return {
    code: 'rule:command.conflict',
    rule: told.rule,
    path: placeOf(command),
    related: [{ rule: other.rule, path: placeOf(other.command) }],
    message: `it sets \`${command.property}\` of ${target} to ${values[0]}, and ${who} sets it to ${values[1]} on the same event`,
    hint: isOne
      ? 'take one of them out, or do one of them `after` a while'
      : 'let their conditions exclude each other, or give one of them a higher `priority`',
  };
}

function placeOf({ path, isSignal }: WantedCommand): DataPath {
  return [...path, isSignal ? 'signal' : 'value'];
}
