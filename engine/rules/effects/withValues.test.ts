import { describe, expect, it } from 'vitest';
import type { Change } from '../../../twin/changes.ts';
import { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { RuleEffect } from '../Rule.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import { TemporalState } from '../TemporalState.ts';
import type { Occasion } from './EffectType.ts';
import { resolveEffect } from './index.ts';

const EVENT: RuleEvent = { kind: 'time_reached', home: 'h', rule: 'r', at: 5 };
const OCCASION: Occasion = { run: 'run', rule: 'r', severity: 'comfort', event: EVENT, because: [] };
const level = { fact: 'property', params: { name: 'number', device: 'sensor.door' } } as const;

function resolved(wanted: RuleEffect, number?: number) {
  const graph = new TwinGraph();
  const device = (id: string, model: string): Change => ({
    kind: 'device_registered',
    device: { id, home: 'h', room: null, address: id, name: id, vendor: 'Home Assistant', model, trust: 'normal' },
  });
  const changes: Change[] = [
    { kind: 'home_added', home: { id: 'h', area: 'a', name: 'H', occupancy: 'owner_occupied' } },
    device('sensor.door', 'home-assistant.sensor'),
    device('script.tell', 'home-assistant.script'),
  ];
  for (const change of changes) graph.apply(change);
  if (number !== undefined) graph.setValue('h', 'sensor.door', 'number', { value: number, at: 1, receivedAt: 1 });
  return resolveEffect(wanted, OCCASION, 'id', { graph, temporal: new TemporalState([]), clock: { now: () => 0 } });
}

describe('values of facts in an effect', () => {
  const notice = {
    kind: 'notice',
    to: 'residents',
    text: 'the battery has {level} %, not {other}',
    with: { level },
  } as const;

  it('stand in the text of a notice, which tells of what they are of', () => {
    expect(resolved(notice, 12.5)).toMatchObject([
      {
        text: 'the battery has 12.5 %, not {other}',
        about: [
          { type: 'home', home: 'h', id: 'h' },
          { type: 'property', home: 'h', device: 'sensor.door', property: 'number' },
        ],
      },
    ]);
  });

  it('are told as not known where they are not', () => {
    expect(resolved(notice)).toMatchObject([{ text: 'the battery has unknown %, not {other}' }]);
  });

  it('stand within the value of a command, and for all of it with their type', () => {
    const value = { variables: { message: 'at {level} %', level: '{level}', list: ['{level}'] } };
    const wanted = { kind: 'command', device: 'script.tell', property: 'turn_on', value, with: { level } } as const;
    expect(resolved(wanted, 12)).toMatchObject([
      { value: { variables: { message: 'at 12 %', level: 12, list: [12] } } },
    ]);
  });

  it('are not looked for where none is asked', () => {
    const { with: _, ...fixed } = notice;
    expect(resolved(fixed, 12)).toMatchObject([{ text: notice.text }]);
  });
});
