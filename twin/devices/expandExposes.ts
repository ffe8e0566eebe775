import type { DeviceKind } from '../words.ts';
import type { CatalogueFile, CatalogueLeaf } from './CatalogueFile.ts';
import {
  assemble,
  type DeviceType,
  type Feature,
  type PropertyShape,
  type PropertyType,
  propertyType,
} from './DeviceType.ts';

type Nodes = CatalogueFile['nodes'];

/** What Zigbee2MQTT adds to the messages of every device, whatever its model exposes. */
const ADDED: readonly CatalogueLeaf[] = [
  { t: 'numeric', n: 'linkquality', a: 1, u: 'lqi', lo: 0, hi: 255, c: 'd' },
  { t: 'binary', n: 'update_available', a: 1, on: true, off: false, c: 'd' },
];
/** What it adds where a model reports occupancy. */
const WITH_OCCUPANCY: CatalogueLeaf = { t: 'numeric', n: 'no_occupancy_since', a: 1, u: 's' };
const COLOR_MODE: CatalogueLeaf = { t: 'enum', n: 'color_mode', a: 1, v: ['xy', 'hs', 'color_temp'] };
const UPDATE: PropertyShape = {
  type: 'composite',
  parts: [
    propertyType('update', 'state', { type: 'enum', values: ['idle', 'available', 'updating', 'scheduled'] }),
    ...['installed_version', 'latest_version', 'progress', 'remaining'].map((name) =>
      propertyType('update', name, { type: 'numeric' }),
    ),
    ...['latest_source', 'latest_release_notes'].map((name) => propertyType('update', name, { type: 'text' })),
  ],
};

/**
 * The device type of one catalogue row. A generic expose (light, lock, climate) becomes a feature of its name, with its
 * endpoint if it has one; other properties stand in a feature of their own name, but diagnostics together and settings
 * together.
 */
export function expandExposes({ nodes, shapes, models }: CatalogueFile, row: number): DeviceType {
  const [model, vendor, description, shape] = models[row]!;
  const features = new Map<string, Map<string, PropertyType>>();
  const featureOf = new Map<string, string>();

  const add = (feature: string, leaf: CatalogueLeaf) => {
    const key = leaf.p ?? leaf.n;
    // A key that two exposes share (a light's colour as x/y and as hue) is one property that takes what either takes.
    const home = featureOf.get(key) ?? feature;
    featureOf.set(key, home);
    const properties = features.get(home) ?? new Map<string, PropertyType>();
    features.set(home, properties);
    const before = properties.get(key);
    const property = propertyType(home, key, shapeOf(leaf, nodes));
    properties.set(key, before ? either(before, property) : property);
  };

  for (const id of shapes[shape]!) {
    const node = nodes[id]!;
    if ('t' in node) add(featureNameOf(node), node);
    else for (const leaf of node.f) add(node.e ? `${node.g}_${node.e}` : node.g, nodes[leaf] as CatalogueLeaf);
  }
  for (const leaf of ADDED) if (!featureOf.has(leaf.n)) add('diagnostics', leaf);
  if (featureOf.has('color') && !featureOf.has('color_mode')) add(featureOf.get('color')!, COLOR_MODE);
  if (featureOf.has('occupancy') && !featureOf.has('no_occupancy_since')) add('occupancy', WITH_OCCUPANCY);
  const diagnostics = features.get('diagnostics')!;
  if (!featureOf.has('update')) diagnostics.set('update', propertyType('diagnostics', 'update', UPDATE));

  const listed = [...features].map(([name, properties]): Feature => ({ name, properties: [...properties.values()] }));
  return assemble({ model, vendor, description, kind: kindOf(description, listed), features: listed });
}

const DIAGNOSTIC = new Set(['battery', 'battery_low', 'linkquality']);

function featureNameOf({ n, p, c }: CatalogueLeaf): string {
  // What somebody did is no diagnosis, whatever the catalogue says.
  if (n === 'action') return p ?? n;
  if (c === 'd' || DIAGNOSTIC.has(n)) return 'diagnostics';
  return c === 'c' ? 'settings' : (p ?? n);
}

function shapeOf(leaf: CatalogueLeaf, nodes: Nodes): PropertyShape {
  const { t, n, a, u, lo, hi, v, on, off, f, i } = leaf;
  const nested = (id: number): PropertyType => {
    const part = nodes[id] as CatalogueLeaf;
    return propertyType(n, part.p ?? part.n, shapeOf(part, nodes));
  };
  return {
    type: t,
    bareName: n,
    access: { published: (a & 1) !== 0, settable: (a & 2) !== 0, gettable: (a & 4) !== 0 },
    ...(u === undefined ? {} : { unit: u }),
    ...(lo === undefined ? {} : { min: lo }),
    ...(hi === undefined ? {} : { max: hi }),
    ...(v === undefined ? {} : { values: v }),
    ...(on === undefined ? {} : { valueOn: on }),
    ...(off === undefined ? {} : { valueOff: off }),
    ...(f === undefined ? {} : { parts: f.map(nested) }),
    ...(i === undefined ? {} : { items: nested(i) }),
  };
}

/** One property that takes what either takes. Where the two are of different types, the first stands. */
function either(a: PropertyType, b: PropertyType): PropertyType {
  if (a.type !== b.type) return a;
  const { min: _min, max: _max, ...rest } = a;
  const parts = new Map([...(b.parts ?? []), ...(a.parts ?? [])].map((part) => [part.name, part]));
  return {
    ...rest,
    ...(a.min !== undefined && b.min !== undefined ? { min: Math.min(a.min, b.min) } : {}),
    ...(a.max !== undefined && b.max !== undefined ? { max: Math.max(a.max, b.max) } : {}),
    ...(a.values ? { values: [...new Set([...a.values, ...(b.values ?? [])])] } : {}),
    ...(parts.size > 0 ? { parts: [...parts.values()] } : {}),
    access: {
      published: a.access.published || b.access.published,
      settable: a.access.settable || b.access.settable,
      gettable: a.access.gettable || b.access.gettable,
    },
    secret: a.secret || b.secret,
  };
}

const GENERIC = /^(light|switch|climate|cover|fan)(_|$)/;

function kindOf(description: string, features: readonly Feature[]): DeviceKind {
  const has = (pattern: RegExp) => features.some(({ name }) => pattern.test(name));
  if (has(/^lock(_|$)/)) return 'lock';
  if (has(/^(warning|squawk)$/) || (/\bsiren\b/i.test(description) && has(/^(alarm|siren|sound|switch)/)))
    return 'siren';
  // A thermostatic radiator valve is a heater's actuator; a valve here shuts water or gas.
  if (/\b(valve|irrigation|shut-?off)\b/i.test(description) && has(/^(switch|valve)/) && !has(/^climate/))
    return 'valve';
  return has(GENERIC) ? 'actuator' : 'sensor';
}
