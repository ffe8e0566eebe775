import { describe, expect, it } from 'vitest';
import { agreementLifecycle } from './agreement.ts';
import { alarmLifecycle } from './alarm.ts';
import { catalogueEntryLifecycle } from './catalogueEntry.ts';
import { consentLifecycle } from './consent.ts';
import { deviceLifecycle } from './device.ts';
import { drillLifecycle } from './drill.ts';
import { emergencyAccessLifecycle } from './emergencyAccess.ts';
import { leaseLifecycle } from './lease.ts';
import { orderLifecycle } from './order.ts';
import { sharingRequestLifecycle } from './sharingRequest.ts';
import { type Lifecycle, step } from './step.ts';

/** Every move that a lifecycle knows, as `from event to`; all others must be refused. */
function followsExactly<State extends string, Event extends string>(
  lifecycle: Lifecycle<State, Event>,
  moves: readonly `${State} ${Event} ${State}`[],
): void {
  for (const from of lifecycle.states) {
    const allowed = lifecycle.events.filter((event) => moves.some((move) => move.startsWith(`${from} ${event} `)));
    for (const event of lifecycle.events) {
      const move = moves.find((each) => each.startsWith(`${from} ${event} `));
      if (move) {
        it(`moves from ${from} by ${event}`, () => {
          expect(step(lifecycle, from, event)).toMatchObject({ kind: 'moved', to: move.split(' ')[2] });
        });
      } else {
        it(`refuses to ${event} what is ${from}`, () => {
          expect(step(lifecycle, from, event)).toEqual({ kind: 'refused', from, event, allowed });
        });
      }
    }
  }
}

describe('the life of a drill', () => {
  followsExactly(drillLifecycle, ['announced start running', 'announced end ended', 'running end ended']);
});

describe('the life of an alarm', () => {
  followsExactly(alarmLifecycle, [
    'raised acknowledge acknowledged',
    'raised handle handled',
    'acknowledged handle handled',
    'handled reset reset',
  ]);
});

describe('the life of a device', () => {
  followsExactly(deviceLifecycle, [
    'registered come_online online',
    'registered go_offline offline',
    'registered fail faulty',
    'registered retire retired',
    'online go_offline offline',
    'online fail faulty',
    'online retire retired',
    'offline come_online online',
    'offline fail faulty',
    'offline retire retired',
    'faulty repair online',
    'faulty retire retired',
  ]);
});

describe('the life of a lease', () => {
  followsExactly(leaseLifecycle, ['signed start active', 'signed end ended', 'active end ended']);

  it('names what the end of an active lease brings with it, and nothing for one that never started', () => {
    expect(step(leaseLifecycle, 'active', 'end')).toMatchObject({
      actions: ['end_tenants_bases', 'end_household', 'settle_occupancy'],
    });
    expect(step(leaseLifecycle, 'signed', 'end')).toMatchObject({ actions: [] });
    expect(step(leaseLifecycle, 'signed', 'start')).toMatchObject({ actions: ['settle_occupancy'] });
  });
});

describe('the life of a consent', () => {
  followsExactly(consentLifecycle, ['given withdraw withdrawn', 'given expire expired']);
});

describe('the life of an entry of the catalogue', () => {
  followsExactly(catalogueEntryLifecycle, [
    'draft publish published',
    'draft withdraw withdrawn',
    'published replace replaced',
    'published withdraw withdrawn',
    'published expire withdrawn',
  ]);
});

describe('the life of a sharing request', () => {
  followsExactly(sharingRequestLifecycle, [
    'requested review reviewed',
    'requested refuse refused',
    'requested end ended',
    'reviewed approve approved',
    'reviewed refuse refused',
    'reviewed end ended',
    'approved end ended',
    'approved expire ended',
  ]);
});

describe('the life of an order', () => {
  followsExactly(orderLifecycle, [
    'registered approve approved_once',
    'registered refuse refused',
    'registered end ended',
    'registered expire ended',
    'approved_once approve in_force',
    'approved_once refuse refused',
    'approved_once end ended',
    'approved_once expire ended',
    'in_force end ended',
    'in_force expire ended',
  ]);
});

describe('the life of an agreement', () => {
  followsExactly(agreementLifecycle, [
    'proposed sign signed_once',
    'proposed end ended',
    'proposed expire ended',
    'signed_once sign in_force',
    'signed_once end ended',
    'signed_once expire ended',
    'in_force end ended',
    'in_force expire ended',
  ]);
});

describe('the life of an emergency access', () => {
  followsExactly(emergencyAccessLifecycle, [
    'opened confirm confirmed',
    'opened close ended',
    'opened expire ended',
    'confirmed close ended',
    'confirmed expire ended',
    'ended review reviewed',
  ]);
});

describe('every lifecycle', () => {
  const all = {
    agreementLifecycle,
    alarmLifecycle,
    catalogueEntryLifecycle,
    consentLifecycle,
    deviceLifecycle,
    emergencyAccessLifecycle,
    leaseLifecycle,
    orderLifecycle,
    sharingRequestLifecycle,
  };
  for (const [name, lifecycle] of Object.entries(all) as [string, Lifecycle<string, string>][]) {
    it(`has in ${name} the states that its words list`, () => {
      expect(Object.keys(lifecycle.machine.states).sort()).toEqual([...lifecycle.states].sort());
      expect(new Set(lifecycle.machine.events)).toEqual(new Set(lifecycle.events));
    });

    it(`cites in ${name} the clauses that it enforces`, () => {
      expect(lifecycle.machine.root.meta.clauses.length).toBeGreaterThan(0);
    });
  }
});
