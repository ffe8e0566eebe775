import { describe, expect, it } from 'vitest';
import { lifecycles } from './index.ts';
import { step } from './step.ts';
import { unreachableIn } from './transitionsOf.ts';

/**
 * Every move of every lifecycle, written down by hand: `from event to`, and after a colon what it brings with it. A machine
 * that moves otherwise fails here, whoever changed it; all other pairs of state and event must be refused.
 */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  binding: [
    'offered activate bound',
    'offered unbind lapsed',
    'offered expire lapsed',
    'bound unbind unbound',
    'bound transfer transferred',
  ],
  firmware: [
    'offered approve approved_once',
    'offered withdraw withdrawn',
    'approved_once approve approved',
    'approved_once withdraw withdrawn',
    'approved install installing',
    'approved withdraw withdrawn',
    'installing confirm installed',
    'installing fail failed',
  ],
  incident: [
    'opened attribute attributed',
    'opened consult investigated_jointly',
    'investigated_jointly attribute attributed',
    'investigated_jointly appoint investigated_by_third',
    'investigated_jointly share attributed',
    'investigated_by_third attribute attributed',
    'investigated_by_third share attributed',
    'attributed contain contained',
    'contained recover recovered',
    'recovered track tracked',
    'recovered close closed',
    'tracked close closed',
  ],
  agreement: [
    'proposed sign signed_once',
    'proposed end ended',
    'proposed expire ended',
    'signed_once sign in_force: give_bases',
    'signed_once end ended',
    'signed_once expire ended',
    'in_force end ended: end_bases',
    'in_force expire ended: end_bases',
  ],
  alarm: [
    'raised acknowledge acknowledged',
    'raised handle handled',
    'acknowledged handle handled',
    'handled reset reset',
  ],
  catalogue_entry: [
    'draft publish published: give_bases',
    'draft withdraw withdrawn',
    'published replace replaced: end_bases',
    'published withdraw withdrawn: end_bases',
    'published expire withdrawn: end_bases',
  ],
  command: [
    'issued send sent',
    'issued acknowledge acknowledged',
    'issued fail failed',
    'issued expire expired',
    'issued supersede superseded',
    'issued lose lost',
    'issued cancel cancelled',
    'sent acknowledge acknowledged',
    'sent fail failed',
    'sent expire expired',
    'sent supersede superseded',
    'sent cancel cancelled',
    'acknowledged supersede superseded',
    'acknowledged resume issued',
    'acknowledged cancel cancelled',
    'failed resume issued',
    'failed cancel cancelled',
    'expired resume issued',
    'expired cancel cancelled',
    'superseded resume issued',
    'superseded cancel cancelled',
    'lost resume issued',
    'lost cancel cancelled',
  ],
  consent: ['given withdraw withdrawn', 'given expire expired'],
  device: [
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
  ],
  drill: ['announced start running', 'announced end ended', 'running end ended'],
  emergency_access: [
    'opened confirm confirmed',
    'opened close ended',
    'opened expire ended',
    'confirmed close ended',
    'confirmed expire ended',
    'ended review reviewed',
  ],
  lease: [
    'signed start active: settle_occupancy',
    'signed end ended',
    'active end ended: end_tenants_bases end_household settle_occupancy',
  ],
  order: [
    'registered approve approved_once',
    'registered refuse refused',
    'registered end ended',
    'registered expire ended',
    'approved_once approve in_force: give_bases',
    'approved_once refuse refused',
    'approved_once end ended',
    'approved_once expire ended',
    'in_force end ended: end_bases',
    'in_force expire ended: end_bases',
  ],
  sharing_request: [
    'requested review reviewed',
    'requested refuse refused',
    'requested end ended',
    'reviewed approve approved: give_bases',
    'reviewed refuse refused',
    'reviewed end ended',
    'approved end ended: end_bases',
    'approved expire ended: end_bases',
  ],
  waiver: ['given start in_force', 'given end ended', 'in_force end ended'],
};

describe.each(Object.entries(lifecycles))('the life of a thing: %s', (name, lifecycle) => {
  const moves = (MOVES[name] ?? []).map((text) => {
    const [move = '', actions = ''] = text.split(': ');
    const [from, event, to] = move.split(' ');
    return { from, event, to, actions: actions === '' ? [] : actions.split(' ') };
  });

  it('has the moves that are written down, brings with each what is written there, and refuses every other event', () => {
    for (const from of lifecycle.states) {
      const ways = moves.filter((each) => each.from === from);
      const allowed = lifecycle.events.filter((event) => ways.some((each) => each.event === event));
      for (const event of lifecycle.events) {
        const way = ways.find((each) => each.event === event);
        const wanted = way
          ? { kind: 'moved', to: way.to, actions: way.actions }
          : { kind: 'refused', from, event, allowed };
        expect(step(lifecycle, from, event), `${event} what is ${from}`).toEqual(wanted);
      }
    }
    expect(moves.filter(({ from, event }) => !hasBoth(lifecycle, from, event))).toEqual([]);
  });

  it('has the states and events that its words list, all of which something leads to', () => {
    expect(Object.keys(lifecycle.machine.states).sort()).toEqual([...lifecycle.states].sort());
    expect(new Set(lifecycle.machine.events)).toEqual(new Set(lifecycle.events));
    expect(unreachableIn(lifecycle)).toEqual({ states: [], events: [] });
  });

  it('cites the clauses that it enforces', () => {
    const { clauses = [] } = (lifecycle.machine.config.meta ?? {}) as { clauses?: readonly string[] };
    expect(clauses.length > 0).toBe(!OWN.includes(name));
  });
});

/** Those that no clause asks for. */
const OWN = ['drill', 'waiver'];

function hasBoth(
  { states, events }: { readonly states: readonly string[]; readonly events: readonly string[] },
  state: string | undefined,
  event: string | undefined,
): boolean {
  return states.includes(String(state)) && events.includes(String(event));
}
