import { CodedError, type ErrorCode } from '../../twin/CodedError.ts';
import { accepts, deviceType } from '../../twin/devices/index.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { DeviceValues, Scene } from '../../twin/householdChanges.ts';
import { nearest } from '../clauses/nearest.ts';

const MOST_SCENES = 50;
const MOST_VALUES = 200;
const MOST_NAME = 100;

/**
 * Refuses a scene that the home cannot have: throws a `command:scene.*`, `command:property.*` or `command:value.*`, with
 * the place in the scene.
 */
export function checkScene(scene: Scene, home: HomeNode): void {
  const { id, name, values } = scene;
  const scenes = home.household?.scenes;
  if (!/^[a-z][a-z0-9_]{0,49}$/.test(id)) {
    throw wrong(
      'command:scene.id_invalid',
      '/id',
      'the id of a scene is up to 50 letters, digits and `_`',
      'such as `movie_night`',
    );
  }
  if (name.trim() === '' || name.length > MOST_NAME) {
    throw wrong('command:scene.name_invalid', '/name', `the name of a scene has 1 to ${MOST_NAME} characters`);
  }
  if (scenes && !scenes.has(id) && scenes.size >= MOST_SCENES) {
    throw wrong(
      'command:scene.too_many',
      '',
      `a home has at most ${MOST_SCENES} scenes`,
      'remove one that nobody runs',
    );
  }
  for (const [index, each] of values.entries()) {
    // `values` is any JSON at the door.
    if (typeof each.values === 'object' && each.values !== null && !Array.isArray(each.values)) continue;
    throw wrong(
      'command:values.invalid',
      `/devices/${index}/values`,
      '`values` must be an object of property ids and values',
    );
  }
  const count = values.reduce((sum, each) => sum + Object.keys(each.values).length, 0);
  if (count === 0 || count > MOST_VALUES) {
    throw wrong('command:scene.size_invalid', '/devices', `a scene sets 1 to ${MOST_VALUES} values of devices`);
  }
  for (const [index, each] of values.entries()) checkValues(each, home, index);
}

function checkValues({ device, values }: DeviceValues, { devices }: HomeNode, index: number): void {
  const place = `/devices/${index}`;
  const node = devices.get(device);
  if (!node) {
    const [guess] = nearest(device, [...devices.keys()], 1);
    const hint = guess ? `did you mean \`${guess}\`?` : 'see `home.devices`';
    throw wrong('twin:device.not_found', `${place}/device`, `no device \`${device}\``, hint);
  }
  const known = deviceType(node.device.model)?.byProperty;
  for (const [name, value] of Object.entries(values)) {
    const type = known?.get(name)?.type;
    const at = `${place}/values/${name}`;
    if (!type) throw wrong('twin:property.not_found', at, `no property \`${name}\``);
    if (!type.access.settable) throw wrong('command:property.not_settable', at, `the device takes no \`${name}\``);
    if (!accepts(type, value)) throw wrong('command:value.out_of_range', at, `\`${name}\` does not take this value`);
  }
}

/**
 * What the devices that a scene sets say before it runs, as far as it is known and could be set again. A lamp that a scene
 * makes bright was perhaps off: whether it was on is remembered with whatever else is set of it.
 */
export function valuesBefore(wanted: readonly DeviceValues[], { devices }: HomeNode): readonly DeviceValues[] {
  return wanted.flatMap(({ device, values }) => {
    const node = devices.get(device);
    const known = deviceType(node?.device.model ?? '')?.byProperty;
    if (!node || !known) return [];
    const before: Record<string, unknown> = {};
    for (const name of new Set([...Object.keys(values), 'state'])) {
      const type = known.get(name)?.type;
      const value = node.values.get(name)?.value;
      if (type?.access.settable && accepts(type, value)) before[name] = value;
    }
    // Whatever else is set of a lamp turns it on.
    if (before['state'] === known.get('state')?.type.valueOff && before['state'] !== undefined) {
      return [{ device, values: { state: before['state'] } }];
    }
    return Object.keys(before).length > 0 ? [{ device, values: before }] : [];
  });
}

function wrong(code: ErrorCode, path: string, message: string, hint?: string): CodedError {
  return new CodedError(code, message, { place: { path: `/scene${path}` }, ...(hint === undefined ? {} : { hint }) });
}
