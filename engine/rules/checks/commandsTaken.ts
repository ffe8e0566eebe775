import type { DeviceType } from '../../../twin/devices/index.ts';
import { checkValue } from '../../../twin/ingest/checkValue.ts';
import { areAny, both, type Devices, isListed, type PropertyUse, wordsSaid } from './Devices.ts';
import type { WantedCommand } from './effectsOf.ts';
import type { RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { wordHint } from './wordHint.ts';

/** Whether devices take the commands that rules give. */
export const commandsTaken: RuleCheck = function* ({ rules, devices, named, focus }) {
  for (const rule of rules) {
    if (!focus(rule)) continue;
    for (const command of rule.commands.filter(({ isSignal }) => !isSignal)) {
      const told = problemOf(command, rule, { devices, type: named.get(command.device ?? '') });
      if (told) yield told;
    }
  }
};

function problemOf(
  { property, value, isOpen, devices: kinds, path }: WantedCommand,
  rule: RuleView,
  { devices, type }: { readonly devices: Devices; readonly type: DeviceType | undefined },
): Told | null {
  if (devices.usesOf(property).length === 0) {
    return {
      code: 'rule:property.unknown',
      rule,
      path: [...path, 'property'],
      message: `no device has a property \`${property}\``,
      ...wordHint(property, devices.properties),
    };
  }
  const kind = kinds ?? type?.kind;
  const models = devices.matching({ kind, model: type?.model });
  const uses = devices
    .usesOf(property)
    .filter((use) => use.property.access.settable && areAny(both(use.models, models)));
  if (uses.length === 0) {
    const message = `no ${kind ?? 'device'} lets \`${property}\` be set`;
    return { code: 'rule:property.unsettable', rule, path: [...path, 'property'], message };
  }
  if (isOpen) return null;
  const taking = uses.filter((use) => isTaken(use, value));
  const listed = uses.filter((use) => isListed(use) || use.property.parts);
  if (taking.some((use) => listed.includes(use)) || (taking.length > 0 && listed.length === 0)) return null;
  const refused = refusal(value, property, kind ?? 'device', listed.length > 0 ? listed : uses);
  const told = { rule, path: [...path, 'value'], ...refused };
  return taking.length === 0
    ? told
    : { ...told, severity: 'warning', message: `${told.message}, as far as models tell what they take` };
}

function isTaken({ property }: PropertyUse, value: unknown): boolean {
  if (property.type === 'binary' && value === 'TOGGLE') return true;
  return checkValue(property, value).problems.length === 0;
}

function refusal(
  value: unknown,
  name: string,
  kind: string,
  uses: readonly PropertyUse[],
): Pick<Told, 'code' | 'message' | 'hint'> {
  const message = `no ${kind} takes \`${JSON.stringify(value)}\` as its \`${name}\``;
  const [use] = uses;
  const [problem] = checkValue(use!.property, value).problems;
  const isRange = problem?.code === 'value.out_of_range';
  const words = wordHint(value, wordsSaid(uses));
  const detail = problem && { hint: `${problem.part === undefined ? '' : `\`${problem.part}\`: `}${problem.detail}` };
  return {
    code: isRange ? 'rule:value.out_of_range' : 'rule:value.unknown',
    message,
    ...(words.hint ? words : detail),
  };
}
