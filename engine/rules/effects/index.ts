import { CodedError } from '../../../twin/CodedError.ts';
import type { Change } from '../../../twin/changes.ts';
import type { AccessRequest } from '../../AccessRequest.ts';
import type { Effect } from '../Effect.ts';
import type { RuleEffect } from '../Rule.ts';
import { alarm } from './alarm.ts';
import { command } from './command.ts';
import type { EffectSources, EffectType, Occasion } from './EffectType.ts';
import { notice } from './notice.ts';
import { runScene } from './runScene.ts';
import { setMode } from './setMode.ts';
import { share } from './share.ts';
import { withValues } from './withValues.ts';

type Kind = RuleEffect['kind'];

/** Every kind of effect that is carried out: one file each, one line here. */
const effectTypes = { alarm, command, notice, run_scene: runScene, set_mode: setMode, share };

/** The effects that one which a rule wants stands for. Throws `rule:effect.unknown` for a kind that nothing carries out. */
export function resolveEffect(
  wanted: RuleEffect,
  occasion: Occasion,
  id: string,
  sources: EffectSources,
): readonly Effect[] {
  const { kind } = wanted;
  if (!isKnown(kind)) throw new CodedError('rule:effect.unknown', `nothing carries out \`${kind}\``);
  const said = withValues(wanted, occasion.event, sources);
  return (effectTypes[kind] as unknown as EffectType<Kind, Effect>).resolve(said, occasion, id, sources);
}

/** What an effect asks of the policies. */
export function askedBy(effect: Effect): Pick<AccessRequest, 'action' | 'resource'> {
  return typeOf(effect).request(effect);
}

/** What an effect changes in the twin. */
export function changesOf(effect: Effect): readonly Change[] {
  return typeOf(effect).changes?.(effect) ?? [];
}

function isKnown(kind: Kind): kind is keyof typeof effectTypes {
  return Object.hasOwn(effectTypes, kind);
}

/** An effect goes by the name of what a rule writes, but for the alarm, which it raises. */
function typeOf({ kind }: Effect): EffectType<Kind, Effect> {
  return effectTypes[kind === 'raise_alarm' ? 'alarm' : kind] as unknown as EffectType<Kind, Effect>;
}
