import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEAD_LETTER_CODES } from './DeadLetter.ts';
import { HomeDirectory } from './HomeDirectory.ts';
import type { ListedDevice } from './IngestEvent.ts';
import { decodeZigbee2mqtt } from './zigbee2mqtt.ts';

const NOW = Date.parse('2026-03-06T12:00:00Z');

const devices: readonly [name: string, model: string | null][] = [
  ['hall/front_door', 'MCCGQ11LM'],
  ['hall/lock', 'YRD226/246 TSDB'],
  ['climate', 'WSDCGQ11LM'],
  ['climate/set', 'WSDCGQ11LM'],
  ['garden/get', 'WSDCGQ11LM'],
  ['strip', '9290012573A'],
  ['stranger', null],
  ['unheard', 'ZZ-9000'],
];
const home = new HomeDirectory();
home.apply({
  kind: 'devices_listed',
  devices: devices.map(([friendlyName, model], i): ListedDevice => {
    const ieeeAddress = `0x${i.toString(16).padStart(16, '0')}`;
    return { ieeeAddress, friendlyName, model, vendor: null, type: 'EndDevice', supported: true, powerSource: null };
  }),
});
home.apply({ kind: 'groups_listed', names: ['downstairs'] });

/** Decodes one message below the base topic, given as text, bytes or JSON. */
function decode(topic: string, payload: unknown) {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const message = { home: 'demo', topic: `zigbee2mqtt/${topic}`, payload: bytes, retain: false, receivedAt: NOW };
  return decodeZigbee2mqtt(message, home);
}
const codes = (topic: string, payload: unknown) => decode(topic, payload).deadLetters.map(({ code }) => code);
const kinds = (topic: string, payload: unknown) => decode(topic, payload).events.map(({ kind }) => kind);
function values(topic: string, payload: unknown): Record<string, unknown> {
  const stated = decode(topic, payload).events.flatMap((event) =>
    event.kind === 'state_reported' ? event.values : [],
  );
  return Object.fromEntries(stated.map(({ ref, value }) => [ref.property, value]));
}

describe('topics', () => {
  it('gives the longest known name its state', () => {
    expect(values('hall/front_door', { contact: false })).toEqual({ contact: false });
    expect(kinds('garden/get', { temperature: 20 })).toEqual(['state_reported']);
  });

  it('takes a topic that is both a name and a command to a known device for the command', () => {
    expect(codes('climate/set', { temperature: 20 })).toEqual(['command.foreign']);
  });

  it.each(['hall/lock/set', 'hall/lock/set/state', 'hall/lock/get', 'hall/lock/left/set', 'nobody/set'])(
    'takes %s for a command of a stranger and keeps nothing of it',
    (topic) => {
      const { events, deadLetters } = decode(topic, { pin_code: { user: 1, pin_code: 4711 } });
      expect(events).toMatchObject([{ kind: 'command_seen' }]);
      expect(deadLetters).toMatchObject([{ code: 'command.foreign', property: null }]);
      expect(JSON.stringify([events, deadLetters])).not.toContain('4711');
    },
  );

  it('names the device that a command was for', () => {
    const lock = home.byFriendlyName('hall/lock')!.deviceId;
    expect(decode('hall/lock/left/set', {}).events).toMatchObject([{ deviceId: lock, verb: 'set' }]);
    expect(decode('nobody/set', {}).events).toMatchObject([{ deviceId: null }]);
  });

  it('reads availability bare, as an object, and cleared', () => {
    expect(decode('climate/availability', 'offline').events).toMatchObject([
      { kind: 'availability', state: 'offline' },
    ]);
    expect(decode('climate/availability', { state: 'online' }).events).toMatchObject([{ state: 'online' }]);
    expect(decode('not/yet/known/availability', 'online').events).toMatchObject([{ deviceId: null }]);
    expect(kinds('old/availability', '')).toEqual(['availability_cleared']);
    expect(codes('climate/availability', 'maybe')).toEqual(['payload.not_json']);
    expect(codes('climate/availability', { state: 1 })).toEqual(['value.not_listed']);
  });

  it('reads one attribute a topic, as bridges send them without quotes', () => {
    expect(values('climate/temperature', '21.5')).toEqual({ temperature: 21.5 });
    expect(values('hall/front_door/contact', 'false')).toEqual({ contact: false });
    expect(values('hall/lock/lock_state', 'locked')).toEqual({ lock_state: 'locked' });
    expect(values('hall/lock/state', 'LOCK')).toEqual({ state: 'LOCK' });
    expect(codes('climate/temperature', 'warm')).toEqual(['value.wrong_type']);
    expect(codes('climate/colour', 'red')).toEqual(['property.unknown']);
  });

  it('leaves a group to its members', () => expect(kinds('downstairs', { state: 'ON' })).toEqual(['ignored']));

  it('refuses a device that nobody listed', () => expect(codes('attic', { state: 'ON' })).toEqual(['device.unknown']));

  it('refuses states of a model that no catalogue knows', () => {
    expect(codes('stranger', { temperature: 1 })).toEqual(['model.unknown']);
    expect(codes('unheard', { temperature: 1 })).toEqual(['model.unknown']);
  });

  it.each(['zigbee2mqtt/', 'zigbee2mqtt', 'homeassistant/x', ''])('does not know the topic `%s`', (topic) => {
    const message = { home: 'demo', topic, payload: Buffer.from('{}'), retain: false, receivedAt: NOW };
    expect(decodeZigbee2mqtt(message, home).deadLetters).toMatchObject([{ code: 'topic.unknown' }]);
  });
});

describe('the bridge', () => {
  it.each(['info', 'logging', 'health', 'response/permit_join', 'response/device/ota_update/check'])(
    'lets bridge/%s pass unread',
    (topic) => expect(kinds(`bridge/${topic}`, 'whatever')).toEqual(['ignored']),
  );

  it('reads of what it logs that a device could not do what it was told, and nothing else', () => {
    const log = (level: string, message: string) =>
      decode('bridge/logging', { level, message, namespace: 'z2m' }).events;
    const failed = "Publish 'set' 'state' to 'hall/lock' failed: 'Error: ZCL command 0x0/1 failed (Timeout)'";
    const event = {
      kind: 'command_failed',
      deviceId: '0x0000000000000001',
      property: 'state',
      detail: 'Error: ZCL command 0x0/1 failed (Timeout)',
    };
    expect(log('error', failed)).toEqual([event]);
    expect(log('error', `z2m: ${failed}`)).toEqual([event]);
    for (const other of [failed.replace('hall/lock', 'nobody'), failed.replace("'set'", "'get'"), "Publish 'set'"]) {
      expect(log('error', other)).toMatchObject([{ kind: 'ignored' }]);
    }
    expect(log('info', failed)).toMatchObject([{ kind: 'ignored' }]);
    expect(kinds('bridge/logging', "Publish 'set' {")).toEqual(['ignored']);
    expect(log('error', failed.replace('Timeout', 'x'.repeat(500)))).toMatchObject([
      { detail: expect.stringMatching(/^.{200}$/) },
    ]);
  });

  it('refuses requests of strangers and topics it does not have', () => {
    expect(codes('bridge/request/permit_join', { time: 254 })).toEqual(['request.foreign']);
    expect(codes('bridge/nonsense', {})).toEqual(['topic.unknown']);
  });

  it('knows a rename by the address in the list of devices', () => {
    const { events } = decode('bridge/devices', [
      { ieee_address: '0x0000000000000000', friendly_name: 'hall/back_door', type: 'EndDevice', supported: true },
    ]);
    expect(events).toMatchObject([
      { kind: 'device_renamed', from: 'hall/front_door', to: 'hall/back_door' },
      { kind: 'devices_listed' },
    ]);
  });

  it('lists the good devices of a list and names the bad', () => {
    const good = {
      ieee_address: '0xA4C1380000000001',
      friendly_name: 'new',
      supported: true,
      definition: { model: 'SWV', vendor: 'SONOFF' },
    };
    const entries = [good, { ...good }, { ...good, ieee_address: 'x' }, null, { ...good, friendly_name: 'a/#' }, 7];
    const { events, deadLetters } = decode('bridge/devices', entries);
    expect(events).toMatchObject([
      { kind: 'devices_listed', devices: [{ ieeeAddress: '0xa4c1380000000001', model: 'SWV', supported: true }] },
    ]);
    expect(deadLetters.map(({ code }) => code)).toEqual(Array(5).fill('device.malformed'));
  });

  it('takes a rename and a removal from answers that report success, and no others', () => {
    const rename = { data: { from: 'climate', to: 'attic' }, status: 'ok' };
    expect(decode('bridge/response/device/rename', rename).events).toMatchObject([
      { kind: 'device_renamed', to: 'attic' },
    ]);
    expect(kinds('bridge/response/device/rename', { ...rename, status: 'error' })).toEqual(['ignored']);
    expect(kinds('bridge/response/device/rename', { data: { from: 'gone', to: 'attic' }, status: 'ok' })).toEqual([
      'ignored',
    ]);
    expect(kinds('bridge/response/device/remove', { data: { id: 'climate' }, status: 'ok' })).toEqual(['device_left']);
    expect(codes('bridge/response/device/rename', { data: { from: 'climate', to: '/x' }, status: 'ok' })).toEqual([
      'device.malformed',
    ]);
  });
});

describe('values', () => {
  it('keeps the good values of a message and names each bad one', () => {
    const { deadLetters } = decode('climate', {
      temperature: -100,
      humidity: '46',
      pressure: 1013,
      colour: 1,
      battery: 88,
    });
    expect(deadLetters.map(({ code, property }) => [code, property])).toEqual([
      ['value.out_of_range', 'temperature'],
      ['value.wrong_type', 'humidity'],
      ['property.unknown', 'colour'],
    ]);
    expect(values('climate', { temperature: -100, humidity: '46', pressure: 1013, battery: 88 })).toEqual({
      pressure: 1013,
      battery: 88,
    });
  });

  it('takes only what an enum or a binary lists', () => {
    expect(codes('hall/lock', { lock_state: 'ajar', state: true })).toEqual(['value.not_listed', 'value.not_listed']);
    expect(codes('hall/front_door', { contact: 'false' })).toEqual(['value.not_listed']);
  });

  it('takes null, and the empty action of old bridges, for no value', () => {
    expect(decode('climate', { temperature: null, humidity: 40 }).deadLetters).toEqual([]);
    expect(values('climate', { temperature: null, humidity: 40 })).toEqual({ humidity: 40 });
  });

  it('drops a secret unread', () => {
    const { events, deadLetters } = decode('hall/lock', { state: 'LOCK', pin_code: { user: 3, pin_code: 4711 } });
    expect(deadLetters).toMatchObject([{ code: 'property.secret', property: 'pin_code' }]);
    expect(values('hall/lock', { state: 'LOCK', pin_code: { pin_code: 4711 } })).toEqual({ state: 'LOCK' });
    expect(JSON.stringify([events, deadLetters])).not.toContain('4711');
  });

  it('never repeats a sensitive value or any text in a dead letter', () => {
    const { deadLetters } = decode('hall/lock', {
      auto_relock_time: -8471,
      lock_state: 'SESAME',
      action_user: 'ALICE',
    });
    expect(deadLetters.length).toBe(3);
    expect(JSON.stringify(deadLetters)).not.toMatch(/8471|SESAME|ALICE/);
  });

  it('keeps the good parts of a composite', () => {
    const color = { x: 0.4, y: 'no', hue: null, extra: 1 };
    expect(values('strip', { color })).toEqual({ color: { x: 0.4 } });
    expect(decode('strip', { color }).deadLetters.map(({ property }) => property)).toEqual(['color.y', 'color']);
  });

  it('counts values without a believable time from when they came', () => {
    const { events, deadLetters } = decode('climate', { temperature: 20, last_seen: '2031-01-01T00:00:00Z' });
    expect(events).toMatchObject([{ sourceTime: null, values: [{ value: 20 }] }]);
    expect(deadLetters).toMatchObject([{ code: 'time.future', property: 'last_seen' }]);
  });
});

describe('hostile payloads', () => {
  it.each([
    ['cut off', '{"temperature":21.', 'payload.not_json'],
    ['not a number', '{"temperature":NaN}', 'payload.not_json'],
    ['infinity', '{"temperature":Infinity}', 'payload.not_json'],
    ['beyond doubles', '{"temperature":1e999}', 'value.out_of_range'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'payload.not_json'],
    ['a list', '[{"temperature":20}]', 'payload.not_object'],
    ['null', 'null', 'payload.not_object'],
    ['two values', '{"temperature":20}{"temperature":21}', 'payload.not_json'],
    ['too large', `{"temperature":20,"x":"${'x'.repeat(70_000)}"}`, 'payload.too_large'],
    ['a key of prototypes', '{"__proto__":{"temperature":20}}', 'property.unknown'],
    ['a key of objects', '{"constructor":1}', 'property.unknown'],
    ['half a character in a key', '{"\\ud800":1}', 'property.unknown'],
    [
      'deep nesting where a number belongs',
      `{"temperature":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      'value.wrong_type',
    ],
    [
      'deep nesting where an object belongs',
      `{"update":${'{"state":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
      'value.not_listed',
    ],
  ])('refuses %s with a reason', (_, payload, code) => {
    const topic = 'climate';
    expect(codes(topic, payload)).toEqual([code]);
    expect(values(topic, payload)).toEqual({});
  });

  it('takes neither of two values of one key, and the other keys all the same', () => {
    const text = '{"state":"UNLOCK","battery":50,"a":{"state":1},"st\\u0061te":"LOCK"}';
    expect(values('hall/lock', text)).toEqual({ battery: 50 });
    expect(codes('hall/lock', text)).toEqual(['payload.duplicate_key', 'property.unknown']);
  });

  it('does not take colons and quotes inside text for keys', () => {
    expect(codes('climate', '{"temperature":20,"device":{"a":":\\"{","b\\\\":1}}')).toEqual([]);
  });

  it('reads past a byte order mark', () =>
    expect(values('climate', '\ufeff{"temperature":20}')).toEqual({ temperature: 20 }));

  it('answers a flood of unknown keys with few letters, and keeps the good part', () => {
    const flood = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`k${i}`, i]));
    const letters = decode('climate', { ...flood, temperature: 20 }).deadLetters;
    expect(letters.length).toBe(17);
    expect(letters.at(-1)).toMatchObject({ code: 'payload.too_many_problems', detail: '2984 more problems' });
    expect(values('climate', { ...flood, temperature: 20 })).toEqual({ temperature: 20 });
  });

  it('refuses a list of devices nested to the limit without falling over', () => {
    expect(codes('bridge/devices', `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`)).toEqual(['device.malformed']);
  });
});

describe('any message at all', () => {
  const topics = fc.oneof(
    fc.constantFrom(...devices.map(([name]) => name)),
    fc.constantFrom('bridge/devices', 'bridge/event', 'bridge/state', 'bridge/groups', 'bridge/response/device/rename'),
    fc.constantFrom('hall/lock/set', 'climate/availability', 'climate/temperature', 'strip/color'),
    fc.string(),
  );
  const near = fc.record(
    {
      type: fc.constantFrom('device_joined', 'device_leave', 'EndDevice'),
      data: fc.oneof(
        fc.jsonValue(),
        fc.record({
          ieee_address: fc.constantFrom('0x01', 1),
          friendly_name: fc.string(),
          from: fc.string(),
          to: fc.string(),
        }),
      ),
      status: fc.constantFrom('ok', 'error'),
      state: fc.oneof(fc.constantFrom('LOCK', 'online'), fc.jsonValue()),
      color: fc.oneof(fc.record({ x: fc.double(), y: fc.jsonValue() }), fc.jsonValue()),
      update: fc.jsonValue(),
      last_seen: fc.oneof(
        fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        fc.jsonValue(),
      ),
      temperature: fc.oneof(fc.double(), fc.jsonValue()),
      ieee_address: fc.constantFrom('0x1', 'x'),
      friendly_name: fc.string(),
      definition: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    near.map((json) => Buffer.from(JSON.stringify(json))),
    fc.array(near).map((json) => Buffer.from(JSON.stringify(json))),
    fc.json().map((json) => Buffer.from(json)),
  );

  it('is decoded without a throw, into letters of known codes', () => {
    fc.assert(
      fc.property(topics, payloads, (topic, payload) => {
        const { deadLetters } = decode(topic, payload);
        for (const { code, topic: named } of deadLetters) {
          expect(DEAD_LETTER_CODES).toContain(code);
          expect(named.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('never loses its good part to its bad part', () => {
    const good = fc.record({
      temperature: fc.double({ min: -60, max: 120, noNaN: true }).map((value) => value + 0),
      humidity: fc.integer({ min: 0, max: 100 }),
      battery: fc.integer({ min: 0, max: 100 }),
    });
    const reserved = new Set([...home.byFriendlyName('climate')!.type!.byProperty.keys(), 'last_seen', '__proto__']);
    const bad = fc.dictionary(
      fc.string().filter((key) => !reserved.has(key)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(good, bad, fc.boolean(), (kept, junk, first) => {
        const message = first ? { ...kept, ...junk } : { ...junk, ...kept };
        expect(values('climate', message)).toEqual(JSON.parse(JSON.stringify(kept)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives only numbers within bounds, whatever number it carries', () => {
    fc.assert(
      fc.property(fc.double(), (temperature) => {
        const { temperature: kept } = values('climate', { temperature });
        const possible = temperature >= -60 && temperature <= 120;
        expect(kept).toBe(possible ? JSON.parse(JSON.stringify(temperature)) : undefined);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps nothing of a stranger's command", () => {
    const marked = fc.string().map((text) => `<secret>${text}`);
    fc.assert(
      fc.property(fc.constantFrom('hall/lock/set', 'hall/lock/set/pin_code', 'x/y/get'), marked, (topic, secret) => {
        expect(JSON.stringify(decode(topic, { pin_code: secret }))).not.toContain('<secret>');
      }),
    );
  });
});
