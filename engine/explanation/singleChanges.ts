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
import { type OwnerFact, type PolicyInput, TIME_WINDOWS } from '../facts/PolicyInput.ts';

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
export type Alternatives = { readonly path: string; readonly values: readonly unknown[] };

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
  for (const words of WORDS) yield* wordChanges(input, words);
  for (const list of LISTS) yield* memberChanges(input, list);
  yield* windowChanges(input);
  // Each owner giving a basis is one change in the reader's eyes: where all must permit, less would change nothing.
  yield* basesGiven(input);
}

/** The inputs with another word at a path; none where the path is not there. */
export function* wordChanges(input: PolicyInput, { path, values }: Alternatives): Generator<SingleChange> {
  const from = readAt(input, path);
  // A device's condition is nothing that a resource without a device could have.
  if (from === undefined) return;
  for (const to of values) if (to !== from) yield change(input, path, from, to, `${path} were ${to}`);
}

/** The inputs with one member more or less in the list at a path; none where the path is not there. */
export function* memberChanges(input: PolicyInput, { path, values }: Alternatives): Generator<SingleChange> {
  const from = readAt(input, path) as readonly unknown[] | undefined;
  // Only an instrument is done something with.
  if (from === undefined) return;
  for (const value of values) {
    const out = from.includes(value);
    const to = out ? from.filter((each) => each !== value) : [...from, value].sort();
    yield change(input, path, from, to, out ? `${path} were without ${value}` : `${path} had ${value}`);
  }
}

/** The inputs at another time of the day. */
export function* windowChanges(input: PolicyInput): Generator<SingleChange> {
  for (const window of TIME_WINDOWS) {
    const path = 'context.time_windows';
    const from = readAt(input, path) as readonly unknown[];
    if (!from.includes(window)) yield change(input, path, from, [window], `the time were ${window}`);
  }
}

/** The inputs with one basis more from every owner. */
export function* basesGiven(input: PolicyInput): Generator<SingleChange> {
  const { category } = input.resource.label;
  if (input.resource.owners.length === 0) return;
  for (const type of BASIS_TYPES) {
    const basis = { type, categories: [category], granularity: 'full' } as const;
    const condition = `all whose datum it is had given a basis of type ${type} for ${category}`;
    yield changeOwners(input, (owner) => ({ ...owner, basis: sorted([...owner.basis, basis]) }), condition);
  }
}

/** The input with each owner changed; owners who become equal stand once. */
export function changeOwners(
  input: PolicyInput,
  edit: (owner: OwnerFact) => OwnerFact,
  condition: string,
): SingleChange {
  const from = input.resource.owners;
  return change(input, 'resource.owners', from, sorted(from.map(edit)), condition);
}

function change(input: PolicyInput, path: string, from: unknown, to: unknown, condition: string): SingleChange {
  return { path, from, to, condition, input: replace(input, path.split('.'), to) as PolicyInput };
}

function readAt(input: PolicyInput, path: string): unknown {
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
