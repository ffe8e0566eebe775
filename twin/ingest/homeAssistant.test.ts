import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceType } from '../devices/index.ts';
import { UNLABELLED } from '../words.ts';
import { commandTopic } from './commandTopic.ts';
import { decodeMessage } from './decodeMessage.ts';
import { HomeDirectory } from './HomeDirectory.ts';

function directory(...entities: readonly string[]): HomeDirectory {
  const home = new HomeDirectory();
  for (const entity of entities) for (const event of decode(home, entity, 'state', 'on').events) home.apply(event);
  return home;
}

function decode(home: HomeDirectory, entity: string, what: string, payload: string | Uint8Array) {
  const message = {
    home: 'h',
    topic: `homeassistant/${entity.replace('.', '/')}/${what}`,
    retain: true,
    receivedAt: 9,
  };
  return decodeMessage({ ...message, payload: Buffer.from(payload as string) }, home);
}

function valuesOf(home: HomeDirectory, entity: string, what: string, payload: string | Uint8Array) {
  const { events, deadLetters } = decode(home, entity, what, payload);
  const values = events.flatMap((event) => (event.kind === 'state_reported' ? event.values : []));
  return {
    values: Object.fromEntries(values.map(({ ref, value }) => [ref.property, value])),
    codes: deadLetters.map(({ code }) => code),
  };
}

describe('the Statestream of Home Assistant', () => {
  it('tells of a device for each entity, whose first state is read when it is known', () => {
    const home = new HomeDirectory();
    const [found] = decode(home, 'light.kitchen', 'state', 'on').events;
    expect(found).toEqual({
      kind: 'device_found',
      address: 'light.kitchen',
      friendlyName: 'light.kitchen',
      model: 'home-assistant.light',
      vendor: 'Home Assistant',
    });
    home.apply(found!);
    expect(decode(home, 'light.kitchen', 'state', 'on')).toMatchObject({
      events: [{ kind: 'state_reported', deviceId: 'light.kitchen', sourceTime: null }],
      deadLetters: [],
    });
  });

  it.each([
    ['light.kitchen', 'state', 'off', { state: 'off' }],
    ['light.kitchen', 'brightness', '128', { brightness: 128 }],
    ['sensor.hall', 'state', '21.5', { state: '21.5', number: 21.5 }],
    ['sensor.hall', 'state', '-3', { state: '-3', number: -3 }],
    ['sensor.hall', 'state', 'unavailable', { state: 'unavailable' }],
    ['sensor.hall', 'state', '2026-11-28', { state: '2026-11-28' }],
    ['input_text.note', 'state', '', { state: '' }],
    ['light.kitchen', 'friendly_name', '"Kitchen"', { friendly_name: 'Kitchen' }],
    ['climate.down', 'hvac_action', '"idle"', { hvac_action: 'idle' }],
    ['sun.sun', 'elevation', '-4.2', { elevation: -4.2 }],
    ['sun.sun', 'rising', 'true', { rising: true }],
  ])('reads %s/%s %s', (entity, what, payload, values) => {
    expect(valuesOf(directory(entity), entity, what, payload)).toEqual({ values, codes: [] });
  });

  it('leaves what a device type does not have, what is not known yet, times, and what is no home', () => {
    const home = directory('light.kitchen');
    for (const [entity, what, payload] of [
      ['light.kitchen', 'icon', '"mdi:lamp"'],
      ['light.kitchen', 'turn_on', '{}'],
      ['light.kitchen', 'brightness', 'null'],
      ['light.kitchen', 'brightness', ''],
      ['light.kitchen', 'last_changed', '2026-11-28T10:00:00+00:00'],
      ['automation.night', 'state', 'on'],
    ] as const) {
      const { events, deadLetters } = decode(home, entity, what, payload);
      expect([what, events[0]?.kind, deadLetters]).toEqual([what, 'ignored', []]);
    }
  });

  it.each([
    ['light.kitchen', 'state', Buffer.of(0xff, 0xfe), 'payload.not_json'],
    ['light.kitchen', 'state', 'x'.repeat(3_000), 'payload.too_large'],
    ['light.kitchen', 'brightness', '{', 'payload.not_json'],
    ['light.kitchen', 'brightness', '"bright"', 'value.wrong_type'],
    ['light.kitchen', 'brightness/deeper', '1', 'topic.unknown'],
    ['light.attic', 'brightness', '1', 'device.unknown'],
    ['nonsense.kitchen', 'state', 'on', 'model.unknown'],
    ['light.kitchen', 'set', '{"state":"on"}', 'command.foreign'],
  ])('keeps %s/%s as a dead letter', (entity, what, payload, code) => {
    expect(valuesOf(directory('light.kitchen'), entity, what, payload)).toEqual({ values: {}, codes: [code] });
  });

  it('never throws, and copies no text of a message into a letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (topic, payload) => {
        const message = { home: 'h', topic: `homeassistant/${topic}`, payload, retain: false, receivedAt: 1 };
        decodeMessage(message, directory('light.kitchen'));
      }),
      { numRuns: 200 },
    );
    const { deadLetters } = decode(directory('light.kitchen'), 'light.kitchen', 'brightness', '"secret"');
    expect(JSON.stringify(deadLetters)).not.toContain('secret');
  });

  it('keeps its devices when a Zigbee bridge lists its own', () => {
    const home = directory('light.kitchen');
    home.apply({ kind: 'devices_listed', devices: [] });
    expect(home.byAddress('light.kitchen')?.type?.model).toBe('home-assistant.light');
  });

  it('labels whatever an entity says as closed as a label can be [DH-5.4.6]', () => {
    const labels = [...(deviceType('home-assistant.person')?.byProperty.values() ?? [])].map(({ type }) => type.label);
    expect(labels.length).toBeGreaterThan(1);
    for (const label of labels) expect(label).toEqual(UNLABELLED);
  });

  it('sends commands back below the entity, and to a Zigbee device below its name', () => {
    const entity = { name: 'the lamp', address: 'light.kitchen', model: 'home-assistant.light' };
    expect(commandTopic(entity)).toBe('homeassistant/light/kitchen/set');
    expect(commandTopic({ ...entity, model: 'LED1545G12' })).toBe('zigbee2mqtt/the lamp/set');
  });
});
