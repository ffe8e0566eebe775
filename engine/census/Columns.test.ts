import { describe, expect, it } from 'vitest';
import { deviceType } from '../../twin/devices/index.ts';
import { type DeviceNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { UNLABELLED } from '../../twin/words.ts';
import { resourceFacts } from '../facts/resourceFacts.ts';
import { Bits } from './Bits.ts';
import { Columns } from './Columns.ts';
import { DeviceClasses } from './DeviceClasses.ts';
import { FactColumn } from './FactColumn.ts';
import { graphSource } from './graphSource.ts';
import { Numbers } from './Numbers.ts';
import { propertiesOf } from './propertiesOf.ts';

function deviceNode(model: string, changes: Partial<DeviceNode> = {}): DeviceNode {
  const device = {
    id: 'd',
    home: 'h',
    room: null,
    address: '0x1',
    name: 'n',
    vendor: 'v',
    model,
    trust: 'normal',
  } as const;
  return {
    device,
    name: 'n',
    state: 'online',
    values: new Map(),
    ruleMemory: null,
    lastSeenAt: null,
    lastSeen: 'never',
    labels: new Map(),
    ...changes,
  };
}

describe('DeviceClasses', () => {
  it('gives devices of one model, trust and state one class, whatever their names and values', () => {
    const classes = new DeviceClasses();
    const values = new Map([['temperature', { value: 20, at: 1, receivedAt: 1 }]]);
    expect(classes.digest(deviceNode('WSDCGQ11LM'))).toBe(
      classes.digest(deviceNode('WSDCGQ11LM', { values, name: 'other' })),
    );
    expect(classes.digest(deviceNode('WSDCGQ11LM', { state: 'offline' }))).not.toBe(0);
    expect(classes.digest(deviceNode('WSDCGQ11LM', { labels: new Map([['battery', UNLABELLED]]) }))).not.toBe(0);
  });

  it('has a cell for each property of the type, and none for an unknown model', () => {
    const classes = new DeviceClasses();
    const known = classes.devices[classes.digest(deviceNode('WSDCGQ11LM'))]!;
    expect(known.length).toBe(deviceType('WSDCGQ11LM')!.byProperty.size);
    expect(classes.devices[classes.digest(deviceNode('no such model'))]).toEqual([]);
  });

  it('keeps all of a device that resource facts read', () => {
    const read = new Set<string>();
    const spy = <Of extends object>(target: Of, name: string): Of =>
      new Proxy(target, {
        get(of, key) {
          read.add(`${name}${String(key)}`);
          const value = Reflect.get(of, key) as unknown;
          return typeof value === 'function' ? value.bind(of) : value;
        },
      });
    const node = deviceNode('WSDCGQ11LM');
    const spied = spy({ ...node, device: spy(node.device, 'device.') }, '');
    for (const property of propertiesOf(node)) {
      for (const fact of resourceFacts) fact.read({ type: 'property', home: 'h', device: 'd', property }, spied, null);
    }
    const kept = ['lastSeen', 'device', 'device.vendor', 'device.model', 'device.trust', 'state', 'labels'];
    expect([...read].filter((key) => !kept.includes(key))).toEqual([]);
    expect(read).toContain('state');
  });
});

describe('FactColumn', () => {
  const label = resourceFacts.find(({ path }) => path.join('.') === 'resource.label')!;

  it('takes values for one that a read set cannot tell apart', () => {
    const column = new FactColumn(label);
    for (const grade of ['general_1', 'general_2', 'general_1']) {
      for (const category of ['device', 'scene']) column.digest({ category, grade });
    }
    expect([...column.representatives([['resource', 'label', 'grade']])]).toEqual([0, 0, 2, 2]);
    expect([...column.representatives([['resource', '*', 'category']])]).toEqual([0, 1, 0, 1]);
    expect([...column.representatives([['resource']])]).toEqual([0, 1, 2, 3]);
    expect([...column.representatives([['resource', 'home'], ['purpose']])]).toEqual([0, 0, 0, 0]);
  });

  it('takes in values that come later', () => {
    const column = new FactColumn(label);
    const readSet = [['resource', 'label', 'grade']];
    column.digest({ grade: 'core' });
    expect([...column.representatives(readSet)]).toEqual([0]);
    column.digest({ grade: 'important' });
    expect([...column.representatives(readSet)]).toEqual([0, 1]);
    expect(column.seen(1, readSet)).toEqual({ path: ['resource', 'label'], value: { grade: 'important' } });
  });
});

describe('Columns', () => {
  it('hold a graph without homes', async () => {
    const columns = await Columns.build(graphSource(new TwinGraph()));
    expect({ size: columns.size, revision: columns.revision }).toEqual({ size: 0, revision: 0 });
  });

  it('take in homes that are added later', async () => {
    const graph = new TwinGraph();
    graph.apply({ kind: 'area_added', area: { id: 'b', level: 'building', name: 'b', parent: null } });
    const source = graphSource(graph);
    const columns = await Columns.build(source);
    graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'h', occupancy: 'vacant' } });
    columns.refresh([source.indexOf('h')]);
    expect({ size: columns.size, areas: columns.areas, revision: columns.revision }).toEqual({
      size: 1,
      areas: ['b'],
      revision: 2,
    });
  });
});

describe('Numbers', () => {
  it('keeps its numbers as it grows, in two bytes while they fit and in four from then on', () => {
    const list = new Numbers();
    for (let number = 0; number < 5_000; number++) list.push(number * 3);
    expect([list.length, list.at(4_999), list.view()[1_024]]).toEqual([5_000, 14_997, 3_072]);
    expect(list.view().BYTES_PER_ELEMENT).toBe(2);
    list.set(7, 2 ** 32 - 1);
    list.push(70_000);
    expect([list.at(7), list.at(4_999), list.at(5_000)]).toEqual([2 ** 32 - 1, 14_997, 70_000]);
  });

  it('copies its numbers, which then stay', () => {
    const list = new Numbers();
    list.push(1);
    const copied = new Numbers(list.copy());
    list.set(0, 2);
    copied.push(3);
    expect([...copied.view(), list.at(0), list.length]).toEqual([1, 3, 2, 1]);
  });
});

describe('Bits', () => {
  it('tells whether sets meet, over more than one word', () => {
    const [sets, others] = [new Bits(2, 70), new Bits(1, 70)];
    sets.add(0, 3);
    sets.add(1, 69);
    others.add(0, 69);
    expect([sets.meets(0, others, 0), sets.meets(1, others, 0)]).toEqual([false, true]);
    sets.addAll(0, others, 0);
    expect(sets.meets(0, others, 0)).toBe(true);
  });
});
