import { deviceType } from '../devices/index.ts';
import type { BusMessage } from '../MessageBus.ts';
import type { HomeDevices } from './HomeDevices.ts';
import type { IngestEvent, ListedDevice } from './IngestEvent.ts';
import type { Letters } from './Letters.ts';
import { isRecord, isUnreadable, parsePayload } from './parsePayload.ts';
import { readOnOffline } from './readOnOffline.ts';

/** The list of devices carries every definition whole: 168 KB for 40 devices. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_OTHER_BYTES = 256 * 1024;

type Message = Omit<BusMessage, 'duplicate'>;
type Json = Readonly<Record<string, unknown>>;

/** What the bridge says of itself that the twin has no use for. */
const KNOWN = /^(?:info|log|config|definitions|extensions|converters|health|response\/.+)$/;

/** Decodes a message under `bridge/`; `name` is the topic below it. */
export function decodeBridge(
  name: string,
  message: Message,
  home: HomeDevices,
  letters: Letters,
): readonly IngestEvent[] {
  switch (name) {
    case 'devices':
      return withJson(message, MAX_LIST_BYTES, letters, (json) => decodeDevices(json, home, letters));
    case 'groups':
      return withJson(message, MAX_LIST_BYTES, letters, (json) => decodeGroups(json, letters));
    case 'event':
      return withJson(message, MAX_OTHER_BYTES, letters, (json) => decodeEvent(json, message.topic, letters));
    case 'state':
      return decodeBridgeState(message, letters);
    case 'logging':
      return decodeLogging(message, home);
    case 'response/device/rename':
      return withJson(message, MAX_OTHER_BYTES, letters, (json) => decodeRenamed(json, message.topic, home, letters));
    case 'response/device/remove':
      return withJson(message, MAX_OTHER_BYTES, letters, (json) => decodeRemoved(json, message.topic, home));
  }
  if (name.startsWith('request/'))
    return letters.none('request.foreign', 'a request to the bridge did not come from Twinward');
  if (KNOWN.test(name)) return [ignored(message.topic, 'the bridge about itself')];
  return letters.none('topic.unknown', 'the bridge has no such topic');
}

function withJson(
  { payload, topic }: Message,
  maxBytes: number,
  letters: Letters,
  decode: (json: unknown) => readonly IngestEvent[],
): readonly IngestEvent[] {
  if (payload.byteLength === 0) return [ignored(topic, 'a retained message was cleared')];
  const parsed = parsePayload(payload, maxBytes);
  return isUnreadable(parsed) ? letters.none(parsed.code, parsed.detail) : decode(parsed.json);
}

function decodeBridgeState(message: Message, letters: Letters): readonly IngestEvent[] {
  if (message.payload.byteLength === 0) return [ignored(message.topic, 'a retained message was cleared')];
  const state = readOnOffline(message.payload, letters);
  return state ? [{ kind: 'bridge_state', state }] : [];
}

function decodeDevices(json: unknown, home: HomeDevices, letters: Letters): readonly IngestEvent[] {
  if (!Array.isArray(json)) return letters.none('payload.not_object', 'the list of devices is a list');
  const devices: ListedDevice[] = [];
  const names = new Set<string>();
  const addresses = new Set<string>();
  for (const [i, entry] of json.entries()) {
    if (isRecord(entry) && entry['type'] === 'Coordinator') continue;
    const device = isRecord(entry) ? listed(entry) : null;
    if (!device) letters.add('device.malformed', `entry ${i} lacks an address or a name`);
    else if (addresses.has(device.ieeeAddress) || names.has(device.friendlyName)) {
      letters.add('device.malformed', `entry ${i} has the address or the name of another`);
    } else {
      devices.push(device);
      addresses.add(device.ieeeAddress);
      names.add(device.friendlyName);
    }
  }
  // The list tells of renames as well: the address stays, and the bridge may publish it before its answer.
  const renamed = devices.flatMap(({ ieeeAddress, friendlyName }) => renameOf(ieeeAddress, friendlyName, home));
  return [...renamed, { kind: 'devices_listed', devices }];
}

function renameOf(address: string, to: string, home: HomeDevices): readonly IngestEvent[] {
  const known = home.byAddress(address);
  if (!known || known.friendlyName === to) return [];
  return [{ kind: 'device_renamed', address, from: known.friendlyName, to }];
}

function listed(entry: Json): ListedDevice | null {
  const ieeeAddress = addressOf(entry['ieee_address']);
  const friendlyName = nameOf(entry['friendly_name']);
  if (!ieeeAddress || !friendlyName) return null;
  const definition = isRecord(entry['definition']) ? entry['definition'] : null;
  const model = textOf(definition?.['model']);
  return {
    ieeeAddress,
    friendlyName,
    model,
    vendor: textOf(definition?.['vendor']),
    type:
      entry['type'] === 'Router' || entry['type'] === 'EndDevice' || entry['type'] === 'GreenPower'
        ? entry['type']
        : 'Unknown',
    supported: entry['supported'] === true && model !== null && deviceType(model) !== undefined,
    powerSource: textOf(entry['power_source']),
  };
}

function decodeGroups(json: unknown, letters: Letters): readonly IngestEvent[] {
  if (!Array.isArray(json)) return letters.none('payload.not_object', 'the list of groups is a list');
  const names = json.flatMap((group) => (isRecord(group) ? (nameOf(group['friendly_name']) ?? []) : []));
  return [{ kind: 'groups_listed', names }];
}

function decodeEvent(json: unknown, topic: string, letters: Letters): readonly IngestEvent[] {
  if (!isRecord(json)) return letters.none('payload.not_object', 'an event is an object');
  const type = json['type'];
  if (type !== 'device_joined' && type !== 'device_leave') return [ignored(topic, 'an event that changes no device')];
  const data = isRecord(json['data']) ? json['data'] : {};
  const address = addressOf(data['ieee_address']);
  if (!address) return letters.none('device.malformed', 'the event names no address');
  if (type === 'device_leave') return [{ kind: 'device_left', address }];
  return [{ kind: 'device_joined', address, friendlyName: nameOf(data['friendly_name']) ?? address }];
}

/** How the bridge logs that it could not set a property, in every version since 1.17. */
const FAILED = /^(?:z2m: )?Publish 'set' '([^']{1,128})' to '(.{1,256})' failed: '(.*)'$/s;

/** So much of an error is kept. */
const MOST_DETAIL = 200;

/** Of all that the bridge logs only this is read, and only where it stands: it logs every message that it sends. */
function decodeLogging({ payload, topic }: Message, home: HomeDevices): readonly IngestEvent[] {
  const parsed = Buffer.from(payload).includes("Publish 'set'") ? parsePayload(payload, MAX_OTHER_BYTES) : null;
  const json = parsed && !isUnreadable(parsed) ? parsed.json : null;
  const said = isRecord(json) && json['level'] === 'error' ? json['message'] : null;
  const [, property, name = '', detail = ''] = (typeof said === 'string' && FAILED.exec(said)) || [];
  const known = home.byFriendlyName(name);
  if (property === undefined || !known) return [ignored(topic, 'the bridge about itself')];
  const told = detail.toWellFormed().slice(0, MOST_DETAIL);
  return [{ kind: 'command_failed', deviceId: known.deviceId, property, detail: told }];
}

function decodeRenamed(json: unknown, topic: string, home: HomeDevices, letters: Letters): readonly IngestEvent[] {
  const data = answerOf(json);
  if (!data) return [ignored(topic, 'a request that failed')];
  const from = nameOf(data['from']);
  const to = nameOf(data['to']);
  if (!from || !to) return letters.none('device.malformed', 'the answer lacks a name');
  const known = home.byFriendlyName(from) ?? home.byAddress(from.toLowerCase());
  if (!known || known.friendlyName === to) return [ignored(topic, 'already known by its new name')];
  return [{ kind: 'device_renamed', address: known.address, from: known.friendlyName, to }];
}

function decodeRemoved(json: unknown, topic: string, home: HomeDevices): readonly IngestEvent[] {
  const id = nameOf(answerOf(json)?.['id']);
  const known = id ? (home.byFriendlyName(id) ?? home.byAddress(id.toLowerCase())) : undefined;
  return known
    ? [{ kind: 'device_left', address: known.address }]
    : [ignored(topic, 'no such device, or a request that failed')];
}

/** The data of an answer that reports success. */
function answerOf(json: unknown): Json | null {
  return isRecord(json) && json['status'] === 'ok' && isRecord(json['data']) ? json['data'] : null;
}

function ignored(topic: string, reason: string): IngestEvent {
  return { kind: 'ignored', topic, reason };
}

function addressOf(value: unknown): string | null {
  return typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value) ? value.toLowerCase() : null;
}

/** A name that can be a topic: no wildcards, no control characters, no slash at either end. */
function nameOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length === 0 || value.length > 256 || !value.isWellFormed()) return null;
  return /[+#\p{Cc}]|^\/|\/$/u.test(value) ? null : value;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= 256 && value.isWellFormed() ? value : null;
}
