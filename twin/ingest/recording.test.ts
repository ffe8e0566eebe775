import { beforeAll, describe, expect, it } from 'vitest';
import { type RecordedLabel, readLabels, readRecording } from '../testdata/readRecording.ts';
import type { DeadLetter } from './DeadLetter.ts';
import { HomeDirectory } from './HomeDirectory.ts';
import type { IngestEvent } from './IngestEvent.ts';
import { isNewer, isRepeat } from './isNewer.ts';
import { decodeZigbee2mqtt } from './zigbee2mqtt.ts';

type Taken = { readonly at: number; readonly topic: string; readonly event: IngestEvent };
type Stated = Extract<IngestEvent, { kind: 'state_reported' }>;

const events: Taken[] = [];
const letters: DeadLetter[] = [];
const directory = new HomeDirectory();
let labels: readonly RecordedLabel[] = [];

beforeAll(() => {
  labels = readLabels();
  for (const { at, topic, payload, retain } of readRecording()) {
    const decoded = decodeZigbee2mqtt({ home: 'demo', topic, payload, retain, receivedAt: at }, directory);
    letters.push(...decoded.deadLetters);
    for (const event of decoded.events) {
      directory.apply(event);
      events.push({ at, topic, event });
    }
  }
});

const ofKind = (kind: IngestEvent['kind']) => events.filter(({ event }) => event.kind === kind);
const labelled = (kind: string) => labels.filter((label) => label.kind === kind);
const during = (kind: string, taken: { readonly at: number; readonly topic: string }) =>
  labelled(kind).some(({ t, until, topic }) => {
    return topic === taken.topic && taken.at >= Date.parse(t) && taken.at <= Date.parse(until);
  });
const value = ({ values }: Stated, property: string) => values.find(({ ref }) => ref.property === property)?.value;

describe('the recording of two days', () => {
  it('is decoded whole: each message is an event, or a dead letter for a reason', () => {
    const counts = Map.groupBy(events, ({ event }) => event.kind);
    expect(Object.fromEntries([...counts].map(([kind, taken]) => [kind, taken.length]))).toEqual({
      state_reported: 4_329,
      availability: 81,
      availability_cleared: 1,
      command_seen: 37,
      devices_listed: 5,
      device_joined: 1,
      device_left: 1,
      device_renamed: 2,
      bridge_state: 3,
      groups_listed: 2,
      ignored: 9,
    });
  });

  it('leaves out what is wrong and nothing else', () => {
    const counts = Map.groupBy(letters, ({ code }) => code);
    expect(Object.fromEntries([...counts].map(([code, all]) => [code, all.length]))).toEqual({
      'command.foreign': 37,
      'request.foreign': 3,
      'payload.not_json': 1,
      'value.out_of_range': 2,
    });
  });

  it('finds the cut-off payload', () => {
    const cut = letters.filter(({ code }) => code === 'payload.not_json');
    expect(cut.every((letter) => during('malformed', letter))).toBe(true);
  });

  it('refuses impossible values and takes the rest of their message', () => {
    const glitch = letters.filter(({ code }) => code === 'value.out_of_range');
    expect(glitch.map(({ property }) => property)).toEqual(['temperature', 'humidity']);
    expect(glitch.every((letter) => during('glitch', letter))).toBe(true);
    const kept = ofKind('state_reported').find((taken) => during('glitch', taken))!.event as Stated;
    expect(kept.values.map(({ ref }) => ref.property)).toEqual(['pressure', 'battery', 'voltage', 'linkquality']);
  });

  it('lets no door code out of the message that carried it', () => {
    const secret = events.filter((taken) => during('secret_on_bus', taken));
    expect(secret.map(({ event }) => event.kind)).toEqual(['command_seen']);
    const kept = events.flatMap(({ event }) =>
      event.kind === 'state_reported' ? event.values.map((told) => told.value) : [],
    );
    const said = letters.flatMap(({ detail, property }) => [detail, property]);
    expect(JSON.stringify([kept, said, secret])).not.toMatch(/\b4711\b/);
  });

  it('sees the command that nobody of the household sent', () => {
    const suspicious = ofKind('command_seen').filter((taken) => during('suspicious_command', taken));
    expect(suspicious.length).toBe(1);
    expect(suspicious[0]!.event).toMatchObject({ verb: 'set', target: 'hall/front_door_lock' });
  });

  it('follows a device through its new name, once however often it is told', () => {
    expect(ofKind('device_renamed').map(({ event }) => event)).toMatchObject([
      { from: 'office/plug_1', to: 'office/desk_plug' },
      { from: '0x00158d04e1964ae8', to: 'garden/valve' },
    ]);
    const addresses = (name: string) =>
      ofKind('state_reported').flatMap(({ event }) => {
        return (event as Stated).friendlyName === name ? (event as Stated).address : [];
      });
    expect(addresses('office/plug_1').length).toBeGreaterThan(50);
    expect(addresses('office/desk_plug').length).toBeGreaterThan(50);
    expect(new Set([...addresses('office/plug_1'), ...addresses('office/desk_plug')]).size).toBe(1);
    expect(directory.byFriendlyName('office/plug_1')).toBeUndefined();
  });

  it('sees the bridge go and come back', () => {
    expect(ofKind('bridge_state').map(({ event }) => event)).toMatchObject([
      { state: 'online' },
      { state: 'offline' },
      { state: 'online' },
    ]);
  });

  it('sees devices join and leave', () => {
    expect(directory.byFriendlyName('garden/valve')?.type?.model).toBe('SWV');
    expect(directory.byAddress('0xa4c138f0d1b2c3d4')).toBeUndefined();
    const lists = ofKind('devices_listed').map(({ event }) => (event.kind === 'devices_listed' ? event.devices : []));
    expect(lists.map((devices) => devices.length)).toEqual([39, 39, 39, 40, 39]);
    expect(lists[0]!.filter(({ supported }) => !supported)).toMatchObject([
      { model: null, friendlyName: '0xa4c138f0d1b2c3d4' },
    ]);
  });

  it('sees devices go offline', () => {
    const offline = ofKind('availability').filter(
      ({ event }) => event.kind === 'availability' && event.state === 'offline',
    );
    expect(offline.map(({ event }) => event)).toMatchObject([
      { friendlyName: 'office/desk_plug' },
      { friendlyName: 'bedroom/climate' },
    ]);
  });

  it('knows the message that came twice for a repeat, by each of its values', () => {
    const [first, again] = ofKind('state_reported')
      .filter((taken) => during('duplicate', taken))
      .map(({ event }) => event);
    const { values, sourceTime } = first as Stated;
    for (const { ref, value: told } of (again as Stated).values) {
      const current = { at: sourceTime!, value: values.find((known) => known.ref === ref)?.value };
      expect(isRepeat(current, { at: (again as Stated).sourceTime!, value: told }), ref.property).toBe(true);
    }
  });

  it('leaves the late message to history, so energy never goes backwards', () => {
    const meter = ofKind('state_reported').filter(({ topic }) => topic.endsWith('utility/main_meter'));
    const shown: number[] = [];
    let current: { at: number; receivedAt: number } | undefined;
    let late = 0;
    for (const { at, event, topic } of meter) {
      const incoming = { at: (event as Stated).sourceTime!, receivedAt: at };
      const newer = isNewer(current, incoming);
      if (during('out_of_order', { at, topic })) expect(newer).toBe(false);
      if (newer) {
        shown.push(value(event as Stated, 'energy') as number);
        current = incoming;
      } else late++;
    }
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(late).toBe(1);
  });
});
