import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CATEGORIES, GRADES, SHARINGS, SUBJECT_CLASSES, UNLABELLED } from '../words.ts';
import type { CatalogueFile } from './CatalogueFile.ts';
import { deviceModels, deviceType, unlabelledProperties } from './index.ts';
import { isSecret, labelOf } from './labels.ts';
import { LABEL_TABLE, SECRETS } from './labelTable.ts';

describe('the table of labels', () => {
  it('names each property once', () => {
    const names = LABEL_TABLE.flatMap((group) => group.names);
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    expect(twice).toEqual([]);
  });

  it('has only labels made of the words of the field', () => {
    for (const { label } of LABEL_TABLE) {
      expect(SUBJECT_CLASSES).toContain(label.subject_class);
      expect(CATEGORIES).toContain(label.category);
      expect(GRADES).toContain(label.grade);
      expect(SHARINGS).toContain(label.sharing);
    }
  });

  it('names only properties that some device type has or every bridge adds', () => {
    const file = brotliDecompressSync(readFileSync(new URL('./generated/zigbee.json.br', import.meta.url)));
    const { nodes } = JSON.parse(file.toString()) as CatalogueFile;
    const known = new Set(nodes.flatMap((node) => ('n' in node ? node.n : [])));
    for (const model of deviceModels()) {
      for (const { type, feature } of deviceType(model)!.byProperty.values()) {
        known.add(type.name).add(`${feature}.${type.name}`);
      }
    }
    const stray = LABEL_TABLE.flatMap((group) => group.names).filter((name) => !known.has(name) && !SECRETS.has(name));
    expect(stray).toEqual([]);
  });

  it('keeps what tells of people closer than what tells of devices', () => {
    const of = (name: string) => labelOf(name, name).label;
    expect(of('occupancy')).toMatchObject({ category: 'behaviour', grade: 'general_4', sensitive: true });
    expect(of('temperature')).toMatchObject({ category: 'environment', grade: 'general_2', sensitive: false });
    expect(of('battery')).toMatchObject({ category: 'device', grade: 'general_1' });
    expect(of('energy')).toMatchObject({ category: 'family_basic', grade: 'general_3' });
    expect(of('smoke')).toMatchObject({ category: 'environment', sharing: 'restricted' });
    expect(of('outdoor_temperature')).toMatchObject({ subject_class: 'public', sharing: 'unconditional' });
    expect(of('action_user')).toMatchObject({ category: 'personal_basic', sharing: 'not_shared' });
    expect(of('pin_code')).toMatchObject({ grade: 'core', sharing: 'not_shared', sensitive: true });
  });

  it('tells a lock by its feature from a lamp of the same property name', () => {
    expect(labelOf('lock', 'state').label).toMatchObject({ grade: 'general_4', sensitive: true });
    expect(labelOf('light', 'state').label).toMatchObject({ grade: 'general_3', sensitive: false });
  });

  it('gives twins by phase and number the label of the name they are twins of', () => {
    expect(labelOf('switch', 'countdown_7').label).toBe(labelOf('switch', 'countdown').label);
    expect(labelOf('power', 'power_phase_c').label).toBe(labelOf('power', 'power').label);
  });

  it('treats what it does not know as personal, general_4 and not shared', () => {
    expect(labelOf('x', 'never_heard_of')).toEqual({ label: UNLABELLED, labelled: false });
    expect(labelOf('constructor', '__proto__').labelled).toBe(false);
  });
});

describe('labels over the whole catalogue', () => {
  it('gives every property one of the three sharing attributes, not shared where nobody labelled it [DH-5.4.6]', () => {
    for (const model of deviceModels()) {
      for (const { type } of deviceType(model)!.byProperty.values()) {
        expect(SHARINGS).toContain(type.label.sharing);
        if (!type.labelled) expect(type.label).toBe(UNLABELLED);
      }
    }
    expect(UNLABELLED.sharing).toBe('not_shared');
  });

  it('labels at least 95 of 100 properties of all models, and lists the others by how many models have them', () => {
    let all = 0;
    for (const model of deviceModels()) all += deviceType(model)!.byProperty.size;
    const unlabelled = unlabelledProperties();
    const open = unlabelled.reduce((sum, { models }) => sum + models, 0);
    expect(open / all).toBeLessThan(0.05);
    expect(unlabelled.map(({ models }) => models)).toEqual(
      unlabelled.map(({ models }) => models).sort((a, b) => b - a),
    );
  });

  it('marks every code and password as secret, also inside a composite', () => {
    expect(isSecret('pin_code')).toBe(true);
    const secrets = new Set<string>();
    for (const model of deviceModels()) {
      for (const { type } of deviceType(model)!.byProperty.values()) {
        const inside = JSON.stringify(type.parts ?? []);
        if (/"name":"(pin_?code|password)"/.test(inside)) expect(type.secret, `${model} ${type.name}`).toBe(true);
        if (type.secret) expect(type.label).toMatchObject({ grade: 'core', sharing: 'not_shared' });
        if (type.secret) secrets.add(type.name);
      }
    }
    expect([...secrets]).toEqual(expect.arrayContaining(['pin_code', 'wifi_config', 'unlock_door_with_timeout']));
  });
});
