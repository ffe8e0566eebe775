import type { PropertyRef } from '../devices/DeviceType.ts';
import type { BusMessage } from '../MessageBus.ts';
import { checkSimple, checkValue, isSimple } from './checkValue.ts';
import { decodeBridge } from './decodeBridge.ts';
import type { HomeDevices, KnownDevice } from './HomeDevices.ts';
import type { Decoded, IngestEvent, ReportedValue } from './IngestEvent.ts';
import { Letters } from './Letters.ts';
import { countKeys, duplicateKeys, isRecord, isUnreadable, parsePayload, readText } from './parsePayload.ts';
import { readOnOffline } from './readOnOffline.ts';
import { readSourceTime } from './sourceTime.ts';

type Message = Omit<BusMessage, 'duplicate'>;

const BASE = 'zigbee2mqtt/';
const MAX_STATE_BYTES = 64 * 1024;
/** What a device name with `/set`, `/set/attribute` or the same with `get` at its end is: a command to that device. */
const COMMAND = /^(.+)\/(set|get)(?:\/[^/]+)?$/;
const AVAILABILITY = '/availability';
const NO_KEYS: ReadonlySet<string> = new Set();
/** Keys that describe the device or the message, and which the twin knows from elsewhere. */
const DESCRIPTIVE = new Set(['last_seen', 'device', 'type', 'group_list', 'linkquality_history']);

/**
 * Decodes one message in the dialect of Zigbee2MQTT. A pure function: what it needs of the home it asks, and what it
 * finds it returns. It never throws; whatever is wrong becomes a dead letter, and the good part of a message becomes
 * events all the same.
 *
 * Anything under `bridge/` is the bridge's. Otherwise a topic that is the name of a device is that device's state; one
 * that ends in `availability`, `set` or `get` is what it says; any other is an attribute of the device with the longest
 * name that it starts with. A device whose own name ends in a reserved word gives way where the topic is also a command
 * to a known device: refusing a state is safe, taking a command for one is not.
 *
 * @example
 * decodeZigbee2mqtt({ home: 'demo', topic: 'zigbee2mqtt/hall/motion', payload, retain: false, receivedAt }, devices);
 */
export function decodeZigbee2mqtt(message: Message, home: HomeDevices): Decoded {
  const letters = new Letters(message);
  const events = decodeTopic(message, home, letters);
  return { events, deadLetters: letters.all };
}

function decodeTopic(message: Message, home: HomeDevices, letters: Letters): readonly IngestEvent[] {
  const { topic, payload } = message;
  if (!topic.startsWith(BASE) || topic.length === BASE.length) {
    return letters.none('topic.unknown', 'not a topic of Zigbee2MQTT');
  }
  const name = topic.slice(BASE.length);
  if (name.startsWith('bridge/')) return decodeBridge(name.slice('bridge/'.length), message, home, letters);

  const device = home.byFriendlyName(name);
  const command = name.includes('/set') || name.includes('/get') ? COMMAND.exec(name) : null;
  if (command && (!device || longestKnown(command[1]!, home))) return seeCommand(command, home, letters);
  if (device) return decodeState(device, message, letters);
  if (name.endsWith(AVAILABILITY))
    return decodeAvailability(name.slice(0, -AVAILABILITY.length), message, home, letters);
  if (home.isGroup(name)) return [{ kind: 'ignored', topic, reason: 'a group repeats its members' }];
  const owner = longestKnown(name, home);
  if (owner) return decodeAttribute(owner, name.slice(owner.friendlyName.length + 1), message, letters);
  if (payload.byteLength === 0) return [{ kind: 'ignored', topic, reason: 'a retained message was cleared' }];
  return letters.none('device.unknown', 'no device of this home goes by that name');
}

function seeCommand(command: RegExpExecArray, home: HomeDevices, letters: Letters): readonly IngestEvent[] {
  const [, target = '', verb] = command;
  letters.add('command.foreign', `\`${verb}\` did not come from Twinward`);
  const deviceId = longestKnown(target, home)?.deviceId ?? null;
  return [{ kind: 'command_seen', target, deviceId, verb: verb === 'get' ? 'get' : 'set' }];
}

/** The device with the longest name that the topic is or starts with. */
function longestKnown(name: string, home: HomeDevices): KnownDevice | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) {
    const device = home.byFriendlyName(name.slice(0, end));
    if (device) return device;
  }
  return undefined;
}

function decodeState(device: KnownDevice, message: Message, letters: Letters): readonly IngestEvent[] {
  const { topic, payload, receivedAt } = message;
  if (payload.byteLength === 0) return [{ kind: 'ignored', topic, reason: 'a retained message was cleared' }];
  if (!device.type) return letters.none('model.unknown', 'no catalogue knows the model of this device');
  const parsed = parsePayload(payload, MAX_STATE_BYTES);
  if (isUnreadable(parsed)) return letters.none(parsed.code, parsed.detail);
  const { json, text } = parsed;
  if (!isRecord(json)) return letters.none('payload.not_object', 'a state is an object');

  const keys = Object.keys(json);
  const twice = countKeys(text) === keys.length ? NO_KEYS : duplicateKeys(text);
  const values: ReportedValue[] = [];
  for (const key of keys) {
    const value = json[key];
    if (twice.has(key)) letters.add('payload.duplicate_key', 'the key stands twice in the message', key);
    // Null is how the bridge says that it does not know yet.
    else if (value !== null && key !== 'last_seen') take(device.type.byProperty.get(key), key, value, values, letters);
  }
  const sourceTime = takeTime(twice.has('last_seen') ? undefined : json['last_seen'], receivedAt, letters);
  const { deviceId, address, friendlyName } = device;
  return [{ kind: 'state_reported', deviceId, address, friendlyName, values, sourceTime }];
}

function take(
  ref: PropertyRef | undefined,
  key: string,
  value: unknown,
  values: ReportedValue[],
  letters: Letters,
): void {
  if (!ref) {
    if (!DESCRIPTIVE.has(key)) letters.add('property.unknown', 'the model does not have this property', key);
    return;
  }
  const { type } = ref;
  if (type.secret) {
    letters.add('property.secret', 'a secret was reported; it was dropped unread', key);
  } else if (isSimple(type)) {
    // An empty enum is how older bridges take an action back.
    if (value === '' && type.type === 'enum') return;
    const problem = checkSimple(type, value);
    if (problem) letters.add(problem.code, problem.detail, key);
    else values.push({ ref, value });
  } else {
    const checked = checkValue(type, value);
    if (checked.value !== undefined) values.push({ ref, value: checked.value });
    for (const { code, detail, part } of checked.problems) letters.add(code, detail, part ? `${key}.${part}` : key);
  }
}

function takeTime(lastSeen: unknown, receivedAt: number, letters: Letters): number | null {
  const time = readSourceTime(lastSeen, receivedAt);
  if (time.kind === 'bad') letters.add(time.code, time.detail, 'last_seen');
  return time.kind === 'time' ? time.at : null;
}

/** A message that holds one property, as the bridge sends them with `output: attribute`. */
function decodeAttribute(
  device: KnownDevice,
  key: string,
  { payload, topic }: Message,
  letters: Letters,
): readonly IngestEvent[] {
  if (payload.byteLength === 0) return [{ kind: 'ignored', topic, reason: 'a retained message was cleared' }];
  if (!device.type) return letters.none('model.unknown', 'no catalogue knows the model of this device');
  const ref = device.type.byProperty.get(key);
  if (key === 'last_seen') return [{ kind: 'ignored', topic, reason: 'a time without a value' }];
  if (!ref) return letters.none('property.unknown', 'the model does not have this property', key);
  const text = readText(payload, MAX_STATE_BYTES);
  if (typeof text !== 'string') return letters.none(text.code, text.detail, key);
  const values: ReportedValue[] = [];
  take(ref, key, attributeValue(ref, text), values, letters);
  const { deviceId, address, friendlyName } = device;
  return values.length === 0
    ? []
    : [{ kind: 'state_reported', deviceId, address, friendlyName, values, sourceTime: null }];
}

/** Attributes come without quotes, so their text is read as the property's type would write it. */
function attributeValue({ type }: PropertyRef, text: string): unknown {
  if (type.type === 'text') return text;
  const options = type.type === 'binary' ? [type.valueOn, type.valueOff] : (type.values ?? []);
  const option = options.find((known) => String(known) === text);
  if (option !== undefined) return option;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function decodeAvailability(
  friendlyName: string,
  { payload }: Message,
  home: HomeDevices,
  letters: Letters,
): readonly IngestEvent[] {
  if (payload.byteLength === 0) return [{ kind: 'availability_cleared', friendlyName }];
  const state = readOnOffline(payload, letters);
  if (!state) return [];
  return [{ kind: 'availability', friendlyName, deviceId: home.byFriendlyName(friendlyName)?.deviceId ?? null, state }];
}
