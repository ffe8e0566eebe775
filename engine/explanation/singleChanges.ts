import {
  ALARM_KINDS,
  ASSURANCES,
  BASIS_TYPES,
  CATEGORIES,
  DEVICE_STATES,
  DEVICE_TRUSTS,
  GRADES,
  HOME_FLAGS,
  LEASE_STATES,
  MOVES,
  OCCUPANCIES,
  ORGANISATION_KINDS,
  PURPOSES,
  RELATIONS,
  ROLES,
  SHARINGS,
  TIERS,
} from '../../twin/words.ts';
import { type PolicyInput, TIME_WINDOWS } from '../facts/PolicyInput.ts';

/** An input that differs from another in one thing. */
export type SingleChange = {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  /** The change in words. */
  readonly condition: string;
  readonly input: PolicyInput;
};

/** Values that a path can take instead of its own. */
type Alternatives = { readonly path: string; readonly values: readonly unknown[] };

/** Paths that hold one word. What is asked (the action and the resource) is no condition, and stays. */
const WORDS: readonly Alternatives[] = [
  { path: 'subject.tier', values: TIERS },
  { path: 'subject.organisation', values: ORGANISATION_KINDS },
  { path: 'subject.assurance', values: ASSURANCES },
  { path: 'subject.multi_factor', values: [true] },
  { path: 'purpose', values: PURPOSES },
  { path: 'resource.label.grade', values: GRADES },
  { path: 'resource.label.sharing', values: SHARINGS },
  { path: 'resource.label.sensitive', values: [false] },
  { path: 'resource.home.occupancy', values: OCCUPANCIES },
  { path: 'resource.home.lease', values: ['none', ...LEASE_STATES] },
  { path: 'resource.device.trust', values: DEVICE_TRUSTS },
  { path: 'resource.device.state', values: DEVICE_STATES },
  { path: 'resource.device.last_seen', values: ['fresh'] },
];

/** Paths that hold a sorted list, of which one member can be added or taken out. */
const LISTS: readonly Alternatives[] = [
  { path: 'subject.roles', values: ROLES },
  { path: 'relations', values: RELATIONS },
  { path: 'resource.home.flags', values: HOME_FLAGS },
  { path: 'context.emergency', values: ALARM_KINDS },
  { path: 'context.break_glass', values: CATEGORIES },
  // What others did cannot be changed; what one did oneself, another may do.
  { path: 'resource.instrument.done', values: MOVES },
];

/** Every input that one change of one fact, or one basis given by all owners, makes of this one. */
export function* singleChanges(input: PolicyInput): Generator<SingleChange> {
  for (const { path, values } of WORDS) {
    const from = read(input, path);
    // A device's condition is nothing that a resource without a device could have.
    if (from === undefined) continue;
    for (const to of values) if (to !== from) yield change(input, path, from, to, `${path} were ${to}`);
  }
  for (const { path, values } of LISTS) {
    const from = read(input, path) as readonly unknown[] | undefined;
    // Only an instrument is done something with.
    if (from === undefined) continue;
    for (const value of values) {
      const out = from.includes(value);
      const to = out ? from.filter((each) => each !== value) : [...from, value].sort();
      yield change(input, path, from, to, out ? `${path} were without ${value}` : `${path} had ${value}`);
    }
  }
  for (const window of TIME_WINDOWS) {
    const path = 'context.time_windows';
    const from = read(input, path) as readonly unknown[];
    if (!from.includes(window)) yield change(input, path, from, [window], `the time were ${window}`);
  }
  yield* basesOfAllOwners(input);
}

/** Each owner giving a basis is one change in the reader's eyes: where all must permit, less would change nothing. */
function* basesOfAllOwners(input: PolicyInput): Generator<SingleChange> {
  const from = input.resource.owners;
  const { category } = input.resource.label;
  for (const type of BASIS_TYPES) {
    const basis = { type, categories: [category], granularity: 'full' } as const;
    const owners = from.map((owner) => ({ ...owner, basis: sorted([...owner.basis, basis]) }));
    const to = sorted(owners);
    const condition = `all whose datum it is had given a basis of type ${type} for ${category}`;
    if (from.length > 0) yield change(input, 'resource.owners', from, to, condition);
  }
}

function change(input: PolicyInput, path: string, from: unknown, to: unknown, condition: string): SingleChange {
  return { path, from, to, condition, input: replace(input, path.split('.'), to) as PolicyInput };
}

function read(input: PolicyInput, path: string): unknown {
  let node: unknown = input;
  for (const key of path.split('.')) node = (node as Readonly<Record<string, unknown>> | null)?.[key];
  return node;
}

function replace(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const members = node as Readonly<Record<string, unknown>>;
  return { ...members, [key]: replace(members[key], rest, value) };
}

function sorted<Member>(members: readonly Member[]): Member[] {
  const keyed = new Map(members.map((member) => [JSON.stringify(member), member]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}
