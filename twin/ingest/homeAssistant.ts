import { HOME_ASSISTANT, homeAssistantModel } from '../devices/homeAssistant.ts';
import type { BusMessage } from '../MessageBus.ts';
import { checkSimple } from './checkValue.ts';
import type { HomeDevices, KnownDevice } from './HomeDevices.ts';
import type { Decoded, IngestEvent, ReportedValue } from './IngestEvent.ts';
import { Letters } from './Letters.ts';
import { isUnreadable, parsePayload, readText } from './parsePayload.ts';

type Message = Omit<BusMessage, 'duplicate'>;

/** Below which topic of a home the MQTT Statestream integration of Home Assistant publishes: its `base_topic`. */
export const HOME_ASSISTANT_BASE = 'homeassistant/';

/** Domain, object and what is told of it: `light/kitchen/state`. Ids are of small letters, digits and `_`. */
const ENTITY = /^([a-z0-9_]+)\/([a-z0-9_]+)\/([^/]+)$/;
const COMMAND = /^([a-z0-9_]+)\/([a-z0-9_]+)\/(set|get)(?:\/|$)/;
/** Home Assistant keeps states below 256 characters; attributes may be long. */
const MAX_STATE_BYTES = 2 * 1024;
const MAX_ATTRIBUTE_BYTES = 64 * 1024;
/** Domains that hold nothing of a home: how Home Assistant works, pictures and conversations. */
const NO_DEVICES: ReadonlySet<string> = new Set([
  ...[
    'ai_task',
    'assist_satellite',
    'automation',
    'camera',
    'conversation',
    'geo_location',
    'image',
    'notify',
    'schedule',
  ],
  ...['stt', 'tag', 'todo', 'tts', 'wake_word'],
]);
const TIMES: ReadonlySet<string> = new Set(['last_changed', 'last_updated', 'last_reported']);

/**
 * Decodes one message in the dialect of Home Assistant's MQTT Statestream integration, whose `base_topic` is
 * `homes/<home>/homeassistant`. A pure function that never throws: whatever is wrong becomes a dead letter.
 *
 * Every entity is a device of its own, named by the entity's id; it is found when its state is first told. `state` is the
 * text that Home Assistant says, and `number` the same where that is one. `unavailable` is a state like any other: one
 * device is many entities there, and a phone that leaves is no fault. Statestream tells each attribute in a message of its own, as JSON; those that the device type
 * does not have are open in number, and are left. Times stand in messages of their own behind what they are about, so
 * that all counts from when it came.
 *
 * @example
 * decodeHomeAssistant({ home: 'demo', topic: 'homeassistant/light/kitchen/state', payload, retain: true, receivedAt }, devices);
 */
export function decodeHomeAssistant(message: Message, home: HomeDevices): Decoded {
  const letters = new Letters(message);
  const events = decodeTopic(message, home, letters);
  return { events, deadLetters: letters.all };
}

function decodeTopic(message: Message, home: HomeDevices, letters: Letters): readonly IngestEvent[] {
  const { topic } = message;
  const below = topic.startsWith(HOME_ASSISTANT_BASE) ? topic.slice(HOME_ASSISTANT_BASE.length) : '';
  const command = COMMAND.exec(below);
  if (command) {
    const [, domain, object, verb] = command;
    letters.add('command.foreign', `\`${verb}\` did not come from Twinward`);
    const target = `${domain}.${object}`;
    const deviceId = home.byAddress(target)?.deviceId ?? null;
    return [{ kind: 'command_seen', target, deviceId, verb: verb === 'get' ? 'get' : 'set' }];
  }
  const [, domain = '', object, what = ''] = ENTITY.exec(below) ?? [];
  if (object === undefined) return letters.none('topic.unknown', 'not a topic of the Statestream of Home Assistant');
  if (NO_DEVICES.has(domain)) return [{ kind: 'ignored', topic, reason: 'the domain holds nothing of a home' }];
  const entity = `${domain}.${object}`;
  const model = homeAssistantModel(entity);
  if (model === undefined) return letters.none('model.unknown', 'no device type is for entities of this domain');
  const device = home.byAddress(entity);
  if (what === 'state') {
    if (device) return decodeState(device, message, letters);
    if (message.payload.byteLength === 0) return [{ kind: 'ignored', topic, reason: 'a retained message was cleared' }];
    return [{ kind: 'device_found', address: entity, friendlyName: entity, model, vendor: HOME_ASSISTANT }];
  }
  if (!device) return letters.none('device.unknown', 'an attribute of an entity whose state was never told');
  if (TIMES.has(what)) return [{ kind: 'ignored', topic, reason: 'a time without a value' }];
  return decodeAttribute(device, what, message, letters);
}

function decodeState(device: KnownDevice, { payload }: Message, letters: Letters): readonly IngestEvent[] {
  const text = readText(payload, MAX_STATE_BYTES);
  if (typeof text !== 'string') return letters.none(text.code, text.detail, 'state');
  const values: ReportedValue[] = [];
  take(device, 'state', text, values, letters);
  // A state that is no number says so in `state`; `number` keeps the last one.
  const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number) && device.type?.byProperty.has('number')) take(device, 'number', number, values, letters);
  return values.length === 0 ? [] : [reportedBy(device, values)];
}

function decodeAttribute(
  device: KnownDevice,
  name: string,
  message: Message,
  letters: Letters,
): readonly IngestEvent[] {
  const { payload, topic } = message;
  if (payload.byteLength === 0) return [{ kind: 'ignored', topic, reason: 'a retained message was cleared' }];
  // What is only called has no value that anybody could report.
  if (device.type?.byProperty.get(name)?.type.access.published !== true || name === 'number') {
    return [{ kind: 'ignored', topic, reason: 'an attribute that the device type does not have' }];
  }
  const parsed = parsePayload(payload, MAX_ATTRIBUTE_BYTES);
  if (isUnreadable(parsed)) return letters.none(parsed.code, parsed.detail, name);
  if (parsed.json === null) return [{ kind: 'ignored', topic, reason: 'the attribute is not known yet' }];
  const values: ReportedValue[] = [];
  take(device, name, parsed.json, values, letters);
  return values.length === 0 ? [] : [reportedBy(device, values)];
}

function take({ type }: KnownDevice, name: string, value: unknown, values: ReportedValue[], letters: Letters): void {
  const ref = type?.byProperty.get(name);
  const problem = ref && checkSimple(ref.type, value);
  if (!ref) letters.add('property.unknown', 'the model does not have this property', name);
  else if (problem) letters.add(problem.code, problem.detail, name);
  else values.push({ ref, value });
}

function reportedBy({ deviceId, address, friendlyName }: KnownDevice, values: readonly ReportedValue[]): IngestEvent {
  return { kind: 'state_reported', deviceId, address, friendlyName, values, sourceTime: null };
}
