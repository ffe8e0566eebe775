import { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import {
  AGE_BANDS,
  ALARM_KINDS,
  BASIS_TYPES,
  CATEGORIES,
  DEVICE_STATES,
  DEVICE_TRUSTS,
  FIRE_KINDS,
  HOME_FLAGS,
  LAST_SEENS,
  LEASE_STATES,
  OCCUPANCIES,
  ORGANISATION_KINDS,
  type Purpose,
  type Tier,
} from '../../../twin/words.ts';
import { type AccessRequest, type HomeResource, NOBODY } from '../../AccessRequest.ts';
import type { Decided } from '../../combine.ts';
import { facts, gatherFacts } from '../../facts/gatherFacts.ts';
import type { PolicyInput } from '../../facts/PolicyInput.ts';
import { allowsWhole, isSound } from '../../fulfil.ts';
import type { InputPath } from '../../rego/readSet.ts';
import type { CommandEffect, RaiseAlarmEffect } from '../Effect.ts';
import { effectRequest } from '../effectRequest.ts';
import { platformClaimant } from '../platformClaimant.ts';
import { alarmsOf } from '../Rule.ts';
import { areAny, both, type Devices, type PropertyUse } from './Devices.ts';
import type { WantedEffect } from './effectsOf.ts';
import type { CheckableRules } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';

/** One value of the input, and all that it can be; the most likely first. */
export type Choice = {
  readonly path: InputPath;
  readonly values: readonly unknown[];
  /** Whether it can be nothing else; false where the values are examples. */
  readonly all: boolean;
};

/** What an effect asks of the policies: every value that the input of such a request can have. */
export type EffectQuestion = {
  /** Equal for questions that are the same. */
  readonly key: string;
  readonly choices: readonly Choice[];
  /** Whether a decision lets it come about. */
  readonly isEnough: (decided: Decided) => boolean;
};

const HOME = 'rehearsal';

/** What must be allowed for an effect to come about: each of the questions; none for what is never refused, or asks somebody unknown. */
export function questionsOf(
  rule: RuleView,
  effect: WantedEffect,
  { devices, named }: Pick<CheckableRules, 'devices' | 'named'>,
): readonly EffectQuestion[] {
  const { kind, says } = effect;
  // Who the platform of a home is, and what it was allowed there, is not known here.
  if (platformClaimant(rule.rule) !== null) return [];
  const isLifeSafety = rule.rule.severity === 'life_safety';
  if (kind === 'alarm') return isLifeSafety ? [] : [question('alarm', effectRequest(raising(rule), rehearsal()), [])];
  if (kind === 'command') {
    const { devices: kindSaid, device, property, value } = says as Readonly<Record<string, string | undefined>>;
    const of = kindSaid ?? named.get(device ?? '')?.kind;
    // A signal goes to sirens, by commands that are each model's own.
    if (of === undefined || property === undefined) return [];
    // Neither is what sounds in an alarm refused, nor what opens an exit in a fire.
    const inFire = alarmsOf(rule.rule).some((each) => FIRE_KINDS.includes(each));
    if (isLifeSafety && (of === 'siren' || (inFire && of === 'lock' && value === 'UNLOCK'))) return [];
    const uses = usesOf(devices, of, property).filter((each) => each.property.access.settable);
    if (uses.length === 0) return [];
    return [question(`command ${of} ${property}`, effectRequest(commanding(rule, property), rehearsal()), uses, of)];
  }
  if (kind === 'share') return sharing(rule, says, devices);
  return [];
}

function usesOf(devices: Devices, kind: string | undefined, property: string): readonly PropertyUse[] {
  const models = devices.matching({ kind });
  return devices.usesOf(property).filter((use) => areAny(both(use.models, models)));
}

const of = { id: '', run: '', home: HOME } as const;

function raising({ id: rule, rule: { severity } }: RuleView): RaiseAlarmEffect {
  const alarm = { id: '', home: HOME, kind: 'device_silent', device: null, rule, raisedAt: '' } as const;
  return { ...of, kind: 'raise_alarm', rule, severity, alarm };
}

function commanding({ id: rule, rule: { severity } }: RuleView, property: string): CommandEffect {
  return { ...of, kind: 'command', rule, severity, alarm: null, device: DEVICE, property, value: null, saves: false };
}

/** What a platform of a tier may have of a value of the device that woke the rule, or of an alarm. */
function sharing(rule: RuleView, says: WantedEffect['says'], devices: Devices): readonly EffectQuestion[] {
  const { tier, purpose, property, alarm } = says as {
    readonly tier: Tier;
    readonly purpose: Purpose;
    readonly property?: string;
    readonly alarm?: string;
  };
  const uses = property === undefined ? [] : usesOf(devices, rule.waking.kind, property);
  const told = uses.filter((each) => each.property.access.published);
  if (property !== undefined && told.length === 0) return [];
  const resource: HomeResource =
    property === undefined
      ? { type: 'alarm', home: HOME, id: '' }
      : { type: 'property', home: HOME, device: DEVICE, property };
  const subject = { ...NOBODY, tier, assurance: 'high', multiFactor: true } as const;
  const request = { subject, action: 'subscribe', purpose, resource, channel: 'api' } as const;
  const asking = { organisation: ORGANISATION_KINDS, relations: subsets(PLATFORM_RELATIONS) };
  return [question(`share ${tier} ${purpose} ${property ?? alarm}`, request, told, rule.waking.kind, asking)];
}

/** What a platform can be to a home. */
const PLATFORM_RELATIONS = ['contains', 'manages', 'owner', 'responder'] as const;

type Asker = { readonly organisation: readonly unknown[]; readonly relations: readonly unknown[] };

function question(
  key: string,
  { resource, ...asking }: AccessRequest,
  uses: readonly PropertyUse[],
  kind?: string,
  asker?: Asker,
): EffectQuestion {
  const input = gatherFacts(rehearsal(), asking, resource, 0);
  const device = resource.type === 'property' ? devicesLike(kind) : undefined;
  const labels = uses.length === 0 ? undefined : distinct(uses.map(({ property }) => property.label));
  const free: Readonly<Record<string, readonly unknown[] | undefined>> = {
    ...FREE,
    'resource.device': device,
    'resource.label': labels,
    ...(asker && { 'subject.organisation': asker.organisation, relations: asker.relations }),
  };
  const choices = facts.map(({ path }): Choice => {
    const name = path.join('.');
    const values = free[name] ?? [valueAt(input, path)];
    return { path, values, all: name !== 'resource.owners' };
  });
  return { key, choices, isEnough: asker ? isShown : allowsWhole };
}

/** Whether a platform gets a value of one home: statistics and pseudonyms cannot be told of one. */
function isShown(decided: Decided): boolean {
  return (decided.outcome === 'raw' || decided.outcome === 'reduced') && isSound(decided);
}

/** What changes from home to home and from hour to hour; what is most often allowed comes first. */
const FREE: Readonly<Record<string, readonly unknown[]>> = {
  'resource.home.occupancy': [...OCCUPANCIES].reverse(),
  'resource.home.lease': ['active', 'none', ...LEASE_STATES.filter((each) => each !== 'active')],
  'resource.home.flags': subsets(HOME_FLAGS),
  'resource.home.cohort': ['rest', 'rollout'],
  'resource.owners': examplesOfOwners(),
  'context.time_windows': subsets(['day', 'night', 'office_hours']),
  'context.emergency': subsets(ALARM_KINDS),
  'context.break_glass': subsets(CATEGORIES),
};

function examplesOfOwners(): readonly unknown[] {
  const basis = BASIS_TYPES.map((type) => ({ type, categories: CATEGORIES, granularity: 'full' }));
  return [
    ...AGE_BANDS.toReversed().flatMap((age_band) => [
      [{ age_band, basis }],
      [{ age_band, basis: [] }],
      ...basis.map((each) => [{ age_band, basis: [each] }]),
    ]),
    [],
  ];
}

/** Devices of a kind in every state in which they can be commanded. */
function devicesLike(kind: string | undefined): readonly unknown[] {
  const kinds = kind === undefined ? ['sensor', 'lock', 'valve', 'siren', 'actuator'] : [kind];
  const states = ['online', ...DEVICE_STATES.filter((each) => each !== 'online' && each !== 'retired')];
  return kinds.flatMap((each) =>
    DEVICE_TRUSTS.toReversed().flatMap((trust) =>
      states.flatMap((state) =>
        ['fresh', ...LAST_SEENS.filter((seen) => seen !== 'fresh')].map((last_seen) => {
          return { trust, state, last_seen, kind: each };
        }),
      ),
    ),
  );
}

const DEVICE = 'device';

/** A home with one device, from which everything else of the input is read as it is live. */
function rehearsal(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'area_added', area: { id: 'b', level: 'building', name: 'b', parent: null } });
  graph.apply({ kind: 'home_added', home: { id: HOME, area: 'b', name: HOME, occupancy: 'owner_occupied' } });
  const device = { id: DEVICE, home: HOME, room: null, address: '0x0', name: DEVICE, vendor: '', model: '' };
  graph.apply({ kind: 'device_registered', device: { ...device, trust: 'normal' } });
  return graph;
}

function valueAt(input: PolicyInput, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | null)?.[key], input);
}

/** Every choice of some words, each sorted; none of them first. */
function subsets(words: readonly string[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [[]];
  for (const word of [...words].sort()) found.push(...found.map((each) => [...each, word]));
  return found;
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((each) => [JSON.stringify(each), each])).values()];
}
