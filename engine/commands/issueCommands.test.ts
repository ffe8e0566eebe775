import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alarm, Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { CLAIMANTS, type Claimant } from '../../twin/words.ts';
import type { CommandRequest } from './CommandRequest.ts';
import { acknowledged, expiredCommands } from './commandsOf.ts';
import { freedCommands } from './freedCommands.ts';
import { issueCommands } from './issueCommands.ts';
import { loadPrecedence } from './loadPrecedence.ts';

const { precedence } = loadPrecedence(join(import.meta.dirname, '../..'));
const MODELS = {
  heater: 'TS011F_plug_1',
  door: 'BE468',
  gas: 'TS0601_water_valve',
  script: 'home-assistant.script',
} as const;
const MINUTE = 60_000;

/** A home in which commands are issued and acknowledged at once, at a time that is told. */
class World {
  readonly graph = new TwinGraph();
  now = Date.parse('2026-03-06T00:00:00.000Z');
  #ids = 0;

  constructor() {
    this.apply([{ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } }]);
    const device = { home: 'h', room: null, vendor: 'v', trust: 'normal' } as const;
    for (const [id, model] of Object.entries(MODELS)) {
      this.apply([{ kind: 'device_registered', device: { ...device, id, address: id, name: id, model } }]);
    }
  }

  get ports() {
    return { graph: this.graph, precedence, now: this.now };
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) this.graph.apply(change);
  }

  request(claimant: Claimant, device: keyof typeof MODELS, state: unknown, alarm?: Alarm): CommandRequest {
    this.#ids += 1;
    const by = { kind: 'account', account: claimant } as const;
    return {
      id: `${claimant}-${this.#ids}`,
      home: 'h',
      device,
      values: { state },
      claimant,
      by,
      alarm: alarm ?? null,
    };
  }

  /** Commands, lets the device do it, and tells what became of the command. */
  command(...args: Parameters<World['request']>) {
    const request = this.request(...args);
    this.issue([request]);
    return this.of(request.id);
  }

  issue(requests: readonly CommandRequest[]): void {
    this.apply(issueCommands(requests, this.ports));
    this.#report();
  }

  of(id: string) {
    const { state, reason, winner } = this.graph.commands.get('h')!.get(id)!;
    return { id, state, reason, by: winner?.precedence, to: winner?.command };
  }

  /** Lets time pass, and what is free take effect. */
  pass(minutes: number): void {
    this.now += minutes * MINUTE;
    this.apply(expiredCommands(this.graph.commands.get('h')!.values(), this.graph, this.now));
    this.apply(freedCommands('h', this.ports));
    this.#report();
  }

  alarm(kind: Alarm['kind']): Alarm {
    const raisedAt = new Date(this.now).toISOString();
    const alarm: Alarm = { id: `alarm-${kind}`, home: 'h', kind, device: null, rule: kind, raisedAt };
    this.apply([{ kind: 'alarm_raised', alarm }]);
    return alarm;
  }

  reset({ id }: Alarm): void {
    this.apply([{ kind: 'alarm_transitioned', home: 'h', alarm: id, to: 'reset', by: null }]);
    this.pass(0);
  }

  present(device: keyof typeof MODELS): unknown {
    return this.graph.device('h', device).values.get('state')?.value;
  }

  /** Devices do what they are told. */
  #report(): void {
    for (const { command, state } of this.graph.commands.get('h')?.values() ?? []) {
      if (state !== 'issued') continue;
      const { device, values } = command;
      const value = { value: values['state'], at: this.now, receivedAt: this.now };
      this.graph.setValue('h', device, 'state', value);
      this.apply(acknowledged(this.graph, { home: 'h', device, now: this.now, reported: new Set(['state']) }));
    }
  }
}

describe('an actuator that several want', () => {
  it('is held by the grid for half an hour, unless the resident overrides it', () => {
    const world = new World();
    expect(world.command('grid', 'heater', 'OFF')).toMatchObject({ state: 'acknowledged' });
    expect(world.command('community', 'heater', 'OFF').state).toBe('acknowledged');
    const override = world.command('resident', 'heater', 'ON');
    expect(override.state).toBe('acknowledged');
    expect(world.of('grid-1')).toEqual({
      id: 'grid-1',
      state: 'superseded',
      reason: 'outranked',
      by: 'order',
      to: override.id,
    });
    expect(world.command('grid', 'heater', 'OFF')).toMatchObject({
      state: 'lost',
      reason: 'outranked',
      to: override.id,
    });
    world.pass(61);
    expect(world.command('grid', 'heater', 'OFF').state).toBe('acknowledged');
  });

  it('tells whoever lost who won, by what, and until when', () => {
    const world = new World();
    const won = world.command('resident', 'heater', 'ON');
    const lost = world.command('landlord', 'heater', 'OFF');
    expect(world.graph.commands.get('h')!.get(lost.id)!.winner).toEqual({
      command: won.id,
      claimant: 'resident',
      by: { kind: 'account', account: 'resident' },
      hold: { kind: 'until', at: '2026-03-06T01:00:00.000Z' },
      property: 'state',
      precedence: 'order',
      clauses: [],
    });
  });

  it('is given to what lost and is still wanted once the winner has it no more', () => {
    const world = new World();
    world.command('resident', 'heater', 'ON');
    world.pass(40);
    const shed = world.command('grid', 'heater', 'OFF');
    expect(shed.state).toBe('lost');
    world.pass(19);
    expect(world.of(shed.id).state).toBe('lost');
    world.pass(1);
    expect(world.of(shed.id)).toMatchObject({ state: 'acknowledged' });
    expect(world.present('heater')).toBe('OFF');
  });

  it('is not moved by what a person wanted and lost long ago', () => {
    const world = new World();
    const fire = world.alarm('smoke');
    world.command('life_safety', 'door', 'UNLOCK', fire);
    const lost = world.command('resident', 'door', 'LOCK');
    expect(lost).toMatchObject({ state: 'lost', by: 'fire_exit' });
    world.reset(fire);
    expect(world.of(lost.id).state).toBe('lost');
    expect(world.present('door')).toBe('UNLOCK');
  });

  it('is commanded by what came last, which ends for good what the same claimant wanted before', () => {
    const world = new World();
    const first = world.command('resident', 'heater', 'ON');
    world.command('resident', 'heater', 'OFF');
    expect(world.of(first.id)).toMatchObject({ state: 'superseded', reason: 'replaced', by: 'newest' });
    world.pass(1);
    expect(world.present('heater')).toBe('OFF');
  });

  it('goes to the rule of the higher priority where one event woke two', () => {
    const world = new World();
    const [low, high] = [world.request('resident', 'heater', 'ON'), world.request('resident', 'heater', 'OFF')];
    world.issue([low, { ...high, priority: 5 }]);
    expect(world.of(low.id)).toMatchObject({ state: 'lost', by: 'priority', to: high.id });
    expect(world.present('heater')).toBe('OFF');
  });

  it('goes to the same command in whichever order those of one event are looked at', () => {
    const states = fc.constantFrom('ON', 'OFF');
    const requests = fc.array(fc.tuple(fc.constantFrom(...CLAIMANTS), states, fc.nat(2)), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(requests, (wanted) => {
        const asked = wanted.map(([claimant, state, priority], index) => ({
          ...new World().request(claimant, 'heater', state),
          id: `c${index}`,
          priority,
        }));
        const changesOf = (each: readonly CommandRequest[]) => new Set(issueCommands(each, new World().ports));
        expect(changesOf(asked.toReversed())).toEqual(changesOf(asked));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a door', () => {
  it('that is frozen opens to who lives there, and to a fire; the freeze goes on by itself (R-12)', () => {
    const world = new World();
    const freeze = world.command('landlord', 'door', 'LOCK');
    expect(freeze.state).toBe('acknowledged');
    expect(world.command('resident', 'door', 'UNLOCK').state).toBe('acknowledged');
    expect(world.of(freeze.id)).toMatchObject({ state: 'superseded', by: 'free_exit' });
    // The way out is free for ten minutes, and then the freeze goes on for as long as it was to last.
    world.pass(9);
    expect(world.present('door')).toBe('UNLOCK');
    world.pass(1);
    expect(world.present('door')).toBe('LOCK');
    const fire = world.alarm('smoke');
    expect(world.command('life_safety', 'door', 'UNLOCK', fire).state).toBe('acknowledged');
    world.pass(120);
    expect(world.present('door')).toBe('UNLOCK');
    world.reset(fire);
    expect(world.present('door')).toBe('UNLOCK');
  });

  it('that a fire has opened takes no command to close until the alarm is reset [RA-6.7.1-s1]', () => {
    const world = new World();
    const fire = world.alarm('smoke');
    world.command('life_safety', 'door', 'UNLOCK', fire);
    for (const claimant of CLAIMANTS) {
      expect(world.command(claimant, 'door', 'LOCK')).toMatchObject({ state: 'lost', by: 'fire_exit' });
    }
    expect(world.present('door')).toBe('UNLOCK');
    world.reset(fire);
    expect(world.command('resident', 'door', 'LOCK').state).toBe('acknowledged');
  });
});

describe('a gas valve', () => {
  it('that safety has closed opens by no command, whoever pays and even when the alarm is reset (R-13)', () => {
    const world = new World();
    const gas = world.alarm('gas_leak');
    world.command('life_safety', 'gas', 'OFF', gas);
    world.reset(gas);
    world.pass(24 * 60);
    for (const claimant of CLAIMANTS) {
      expect(world.command(claimant, 'gas', 'ON')).toMatchObject({ state: 'lost', by: 'gas_valve' });
    }
    expect(world.present('gas')).toBe('OFF');
  });
});

describe('what a device merely does when told', () => {
  it('is won by nobody: two of one event and one after them are all sent', () => {
    const world = new World();
    const call = (text: string) => ({
      ...world.request('resident', 'script', 'on'),
      values: { turn_on: { variables: { text } } },
    });
    const calls = [call('one'), call('two'), call('three')];
    world.issue(calls.slice(0, 2));
    world.issue(calls.slice(2));
    expect(calls.map(({ id }) => world.of(id))).toMatchObject(Array(3).fill({ reason: null, by: undefined }));
  });
});

describe('a rule that commands with each message', () => {
  const rule = { kind: 'rule', rule: 'follow', run: null } as const;
  const PRESENT = { 'the device does it': true, 'the device is silent': false };

  for (const [title, answers] of Object.entries(PRESENT)) {
    it(`is not remembered message by message: ${title}`, () => {
      for (const stateOf of [() => 'ON', (count: number) => (count % 2 === 0 ? 'ON' : 'OFF')]) {
        const world = new World();
        const others = ['landlord', 'grid'] as const;
        for (const claimant of others) world.command(claimant, 'heater', 'OFF');
        for (let count = 0; count < 200; count += 1) {
          world.now += 1_000;
          const state = stateOf(count);
          const asked = { ...world.request('resident', 'heater', state), by: rule };
          world.apply(issueCommands([asked], world.ports));
          if (!answers) continue;
          world.graph.setValue('h', 'heater', 'state', { value: state, at: world.now, receivedAt: world.now });
          const about = { home: 'h', device: 'heater', now: world.now, reported: new Set(['state']) };
          world.apply(acknowledged(world.graph, about));
        }
        const known = [...world.graph.commands.get('h')!.values()];
        expect(known.length).toBeLessThan(30);
        expect(known.at(-1)!.state).toBe(answers ? 'acknowledged' : 'issued');
        // It holds as long as its last command does.
        world.now += 50 * MINUTE;
        expect(issueCommands([world.request('grid', 'heater', 'x')], world.ports)).toMatchObject([
          { kind: 'command_issued' },
          { to: 'lost', winner: { command: known.at(-1)!.command.id } },
        ]);
      }
    });
  }
});
