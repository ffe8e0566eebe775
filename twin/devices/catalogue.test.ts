import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../testdata/readRecording.ts';
import type { PropertyType } from './DeviceType.ts';
import { deviceModels, deviceType } from './index.ts';

const generated = (name: string) => readFileSync(new URL(`./generated/${name}`, import.meta.url));

type Expose = { readonly property?: string; readonly type: string; readonly features?: readonly Expose[] };
type Listed = { readonly definition: { readonly model: string; readonly exposes: readonly Expose[] } | null };

/** What the bridge of the recording says that its devices expose, by model. */
function exposedOnTheBus(): Map<string, readonly Expose[]> {
  const lists = readRecording().filter(({ topic }) => topic === 'zigbee2mqtt/bridge/devices');
  const devices = JSON.parse(Buffer.from(lists.at(-1)!.payload).toString()) as readonly Listed[];
  const definitions = devices.flatMap(({ definition }) => definition ?? []);
  return new Map(definitions.map(({ model, exposes }) => [model, exposes]));
}

function keysOf(exposes: readonly Expose[]): string[] {
  return exposes.flatMap(({ property, features = [] }) => property ?? keysOf(features));
}

describe('the generated catalogue', () => {
  it('is the one whose making its header tells', () => {
    const header = generated('zigbee.txt').toString();
    const json = brotliDecompressSync(generated('zigbee.json.br'));
    expect(header).toContain(createHash('sha256').update(json).digest('hex'));
    expect(header).toContain('command: node tools/zigbeeCatalogue.ts');
    expect(header).toContain('4516 definitions');
    expect(generated('zigbee.LICENSE').toString()).toContain('MIT License');
  });

  it('knows each model once', () => {
    const models = deviceModels();
    expect(models.length).toBeGreaterThan(5_000);
    expect(new Set(models).size).toBe(models.length);
  });

  it('has the 28 models of the recording with every property that their bridge exposes, all labelled', () => {
    const exposed = exposedOnTheBus();
    expect(exposed.size).toBe(28);
    for (const [model, exposes] of exposed) {
      const type = deviceType(model);
      expect([...(type?.byProperty.keys() ?? [])], model).toEqual(expect.arrayContaining(keysOf(exposes)));
      const unlabelled = [...type!.byProperty.values()].filter((ref) => !ref.type.labelled).map((ref) => ref.property);
      expect(unlabelled, model).toEqual([]);
    }
  });

  it('gives numbers bounds in order, enums values, binaries two of them', () => {
    const check = (type: PropertyType, where: string) => {
      if (type.min !== undefined && type.max !== undefined) expect(type.min, where).toBeLessThanOrEqual(type.max);
      if (type.type === 'enum') expect(Array.isArray(type.values), where).toBe(true);
      if (type.type === 'binary') expect(type.valueOn, where).not.toBe(type.valueOff);
      expect(['__proto__', 'constructor', 'prototype'], where).not.toContain(type.name);
      for (const part of type.parts ?? []) check(part, `${where}.${part.name}`);
      if (type.items) check(type.items, `${where}[]`);
    };
    for (const model of deviceModels()) {
      for (const { type } of deviceType(model)!.byProperty.values()) check(type, `${model} ${type.name}`);
    }
  });

  it('bounds nearly every number that devices publish', () => {
    let numbers = 0;
    let unbounded = 0;
    for (const model of deviceModels()) {
      for (const { type } of deviceType(model)!.byProperty.values()) {
        if (type.type !== 'numeric' || !type.access.published) continue;
        numbers++;
        if (type.min === undefined || type.max === undefined) unbounded++;
      }
    }
    expect(unbounded / numbers).toBeLessThan(0.02);
  });

  it('keeps the properties of a feature in the order of the model, generic ones under the name of what they are', () => {
    const lock = deviceType('YRD226/246 TSDB')!;
    expect(lock.kind).toBe('lock');
    expect(lock.features[0]).toMatchObject({ name: 'lock', properties: [{ name: 'state' }, { name: 'lock_state' }] });
    expect(lock.byProperty.get('battery')?.feature).toBe('diagnostics');
    expect(lock.byProperty.get('pin_code')?.type.secret).toBe(true);
  });

  it('merges the two ways to say a colour into one property', () => {
    const color = deviceType('9290012573A')?.byProperty.get('color')?.type;
    expect(color?.parts?.map(({ name }) => name).sort()).toEqual(['hue', 'saturation', 'x', 'y']);
  });

  it('tells locks, valves and sirens from what only measures or switches', () => {
    const kinds = ['YRD226/246 TSDB', 'SWV', 'HS2WD-E', 'WSDCGQ11LM', 'LED1545G12', '014G2461'];
    expect(kinds.map((model) => deviceType(model)?.kind)).toEqual([
      'lock',
      'valve',
      'siren',
      'sensor',
      'actuator',
      'actuator',
    ]);
  });

  it('knows no model that nobody makes', () => {
    expect(deviceType('ZZ-9000')).toBeUndefined();
    expect(deviceType('__proto__')).toBeUndefined();
  });
});
