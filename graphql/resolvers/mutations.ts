import type { ResourceRef } from '../../engine/AccessRequest.ts';
import { endLease } from '../../engine/endLease.ts';
import { peopleOf } from '../../engine/facts/pairFacts.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import { CodedError, invariant } from '../../twin/CodedError.ts';
import type { Basis, Change } from '../../twin/changes.ts';
import { accepts } from '../../twin/devices/index.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Category, Granularity, Purpose } from '../../twin/words.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { claimantOf } from './claimantOf.ts';
import { showCommand } from './commands.ts';
import { showConsent } from './records.ts';
import type { Session } from './Session.ts';
import { propertyOf } from './views.ts';
import { seenHome } from './visibility.ts';

type CommandEntry = Extract<AuditEntry, { kind: 'command' }>;
type Mutation<Args> = Resolve<unknown, Args, Promise<unknown>>;
type ConsentInput = {
  readonly home: string;
  readonly grantee: string;
  readonly purposes: readonly Purpose[];
  readonly categories: readonly Category[];
  readonly granularity: Granularity;
  readonly ends?: string | null;
  readonly child?: string | null;
};
type CommandArgs = {
  readonly home: string;
  readonly device: string;
  readonly values: unknown;
  readonly purpose?: Purpose | null;
};

const giveConsent: Mutation<{ consent: ConsentInput }> = async (_root, { consent }, { session }) => {
  const { graph, newId } = session.ports;
  const home = seenHome(graph, session.caller, consent.home);
  const id = newId();
  const decision = await allowed(session, 'manage', session.purpose(null), { type: 'consent', home: home.home.id, id });
  const basis = toBasis(session, home, id, consent);
  const change: Change = { kind: 'basis_given', basis };
  await session.ports.commit([change], [consentEntry(session, home, id, 'given')]);
  return showConsent(basis, decision);
};

const withdrawConsent: Mutation<{ home: string; consent: string }> = async (_root, args, { session }) => {
  const { graph, caller } = { graph: session.ports.graph, caller: session.caller };
  const home = seenHome(graph, caller, args.home);
  const basis = home.bases.get(args.consent);
  // Only who gave it takes it back; to all others it is as if it were not there.
  found(basis && basis.givenBy === caller.subject.person ? basis : undefined, 'consent', args.consent);
  const ref: ResourceRef = { type: 'consent', home: home.home.id, id: args.consent };
  const decision = await allowed(session, 'manage', session.purpose(null), ref);
  const change: Change = { kind: 'basis_ended', home: home.home.id, basis: args.consent, reason: 'withdrawn' };
  await session.ports.commit([change], [consentEntry(session, home, args.consent, 'withdrawn')]);
  return { id: args.consent, decisionId: decision.id };
};

const endLeaseNow: Mutation<{ home: string; lease: string }> = async (_root, { home: id, lease }, { session }) => {
  const { graph } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowed(session, 'manage', session.purpose(null), { type: 'lease', home: id, id: lease });
  found(home.leases.get(lease), 'lease', lease);
  const changes = endLease(graph, { home: id, lease });
  const subject = session.caller.subject.account;
  await session.ports.commit(changes, [{ kind: 'lease', subject, home: id, lease, to: 'ended' }]);
  return { id: lease, state: graph.lease(id, lease).state, decisionId: decision.id };
};

const commandDevice: Mutation<CommandArgs> = async (_root, { home: id, device, values, purpose }, { session }) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  const asked = session.purpose(purpose);
  const command = settableValues(session, home, device, asked, values);
  const entries: CommandEntry[] = [];
  for (const property of Object.keys(command)) {
    const { id: decision, outcome } = await allowed(session, 'command', asked, {
      type: 'property',
      home: id,
      device,
      property,
    });
    const subject = session.caller.subject.account;
    entries.push({ kind: 'command', subject, home: id, device, property, outcome, decision });
  }
  const by = { kind: 'account', account: session.caller.subject.account } as const;
  const claimant = claimantOf(session, home, asked);
  const [issued] = await session.ports.issueCommands(
    [{ id: session.ports.newId(), home: id, device, values: command, claimant, by, alarm: null }],
    entries,
  );
  invariant(issued, 'what was issued is known');
  return showCommand(session, issued, [...new Set(entries.flatMap(({ decision }) => decision ?? []))]);
};

/** The resolvers of what can be done. Each is decided and written down before anything is done. */
export const mutationResolvers = {
  Mutation: {
    giveConsent,
    withdrawConsent,
    endLease: endLeaseNow,
    commandDevice,
  },
};

function consentEntry(session: Session, home: HomeNode, basis: string, to: 'given' | 'withdrawn'): AuditEntry {
  return { kind: 'consent', subject: session.caller.subject.account, home: home.home.id, basis, to };
}

/** People consent for themselves, and as guardians for a child of their home. */
function toBasis({ caller, ports }: Session, home: HomeNode, id: string, consent: ConsentInput): Basis {
  const { person } = caller.subject;
  if (person === null)
    throw new CodedError('command:consent.no_person', 'only a person consents to the use of its data');
  if (!ports.graph.people.has(consent.grantee) && !ports.graph.organisations.has(consent.grantee)) {
    throw new CodedError('twin:grantee.not_found', `no person or organisation \`${consent.grantee}\``);
  }
  if (consent.purposes.length === 0 || consent.categories.length === 0) {
    throw new CodedError('command:consent.empty', 'a consent names at least one purpose and one category', {
      hint: 'what it leaves open it does not allow',
    });
  }
  const ends = consent.ends ?? null;
  if (ends !== null && !(Date.parse(ends) > ports.clock.now())) {
    throw new CodedError('command:consent.ends_in_past', '`ends` must be an instant in the future, in ISO 8601');
  }
  if (consent.child != null) checkGuardian(ports.graph, home, { guardian: person, child: consent.child });
  return {
    id,
    type: consent.child == null ? 'consent' : 'guardian_consent',
    home: home.home.id,
    person: consent.child ?? person,
    givenBy: person,
    grantee: consent.grantee,
    purposes: consent.purposes,
    categories: consent.categories,
    granularity: consent.granularity,
    ends: ends === null ? null : new Date(ends).toISOString(),
  };
}

/** A guardian is of age and lives with the child; a child consents neither for itself nor for another. */
function checkGuardian(
  { people }: TwinGraph,
  home: HomeNode,
  { guardian, child }: { readonly guardian: string; readonly child: string },
): void {
  const ageBand = people.get(guardian)?.ageBand;
  if ((ageBand !== 'adult' && ageBand !== 'elder') || !peopleOf(home).has(guardian)) {
    throw new CodedError('command:consent.no_guardian', 'for a child consents a grown person who lives with it');
  }
  if (people.get(child)?.ageBand === 'child_14_and_under' && home.people.get(child)?.has('resident')) return;
  throw new CodedError(
    'command:consent.no_guardian',
    `\`${child}\` is no child of 14 and under who lives in this home`,
  );
}

/** The values of a command, each of a property that the device takes and of a kind that it takes. */
function settableValues(session: Session, home: HomeNode, id: string, purpose: Purpose, values: unknown) {
  const device = found(home.devices.get(id), 'device', id);
  if (typeof values !== 'object' || values === null || Array.isArray(values) || Object.keys(values).length === 0) {
    throw new CodedError('command:values.invalid', '`values` must be an object of property ids and values');
  }
  for (const [name, value] of Object.entries(values)) {
    const view = found(propertyOf(session, { home, device, purpose }, name) ?? undefined, 'property', name);
    if (!view.property.access.settable) {
      throw new CodedError('command:property.not_settable', `the device takes no \`${name}\``);
    }
    if (!accepts(view.property, value)) {
      throw new CodedError('command:value.out_of_range', `\`${name}\` does not take this value`);
    }
  }
  return values as Readonly<Record<string, unknown>>;
}
