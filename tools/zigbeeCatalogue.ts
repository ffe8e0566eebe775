/**
 * Makes `twin/devices/generated/zigbee.json.br` from the device definitions of zigbee-herdsman-converters.
 *
 *   node tools/zigbeeCatalogue.ts           writes the catalogue
 *   node tools/zigbeeCatalogue.ts --check   exits 1 when the catalogue is not what the package gives
 *
 * The package is installed into a temporary folder and read there: it is large and brings a native serial port, so it
 * is never a dependency. Its install scripts do not run; nothing here needs the port.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { CatalogueFile, CatalogueLeaf, CatalogueNode } from '../twin/devices/CatalogueFile.ts';

const PACKAGE = 'zigbee-herdsman-converters';
const VERSION = '26.112.0';
const OUT = new URL('../twin/devices/generated/', import.meta.url);
const CATALOGUE = new URL('zigbee.json.br', OUT);
const HEADER = new URL('zigbee.txt', OUT);
const LICENCE = new URL('zigbee.LICENSE', OUT);

/** What the package exposes, as far as it is read here. */
type Expose = {
  readonly type: string;
  readonly name?: string;
  readonly property?: string;
  readonly endpoint?: string;
  readonly access?: number;
  readonly unit?: string;
  readonly category?: string;
  readonly value_min?: number | null;
  readonly value_max?: number | null;
  readonly values?: readonly (string | number)[];
  readonly value_on?: string | number | boolean;
  readonly value_off?: string | number | boolean;
  readonly features?: readonly Expose[];
  readonly item_type?: Expose | string;
};

type Definition = {
  readonly model: string;
  readonly vendor: string;
  readonly description: string;
  readonly exposes: readonly Expose[] | ((device: unknown, options: unknown) => readonly Expose[]);
  readonly whiteLabel?: readonly {
    readonly model: string;
    readonly vendor: string;
    readonly description?: string;
    readonly fingerprint?: unknown;
  }[];
};

type Converters = {
  prepareDefinition(definition: unknown): Definition;
  setLogger(logger: Record<'debug' | 'info' | 'warning' | 'error', (message: string) => void>): void;
};

const LEAVES = new Set(['numeric', 'binary', 'enum', 'text', 'composite', 'list']);

/** Numbers each distinct value once. */
class Table<Value> {
  readonly rows: Value[] = [];
  readonly #ids = new Map<string, number>();

  id(value: Value): number {
    const key = JSON.stringify(value);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.rows.length);
    return this.rows.push(value) - 1;
  }
}

function compact(expose: Expose, nodes: Table<CatalogueNode>): number {
  const children = expose.features?.map((feature) => compact(feature, nodes)) ?? [];
  if (!LEAVES.has(expose.type)) {
    return nodes.id({ g: expose.type, ...(expose.endpoint ? { e: expose.endpoint } : {}), f: children });
  }
  const { item_type: item, value_min: low, value_max: high } = expose;
  const name = expose.name ?? expose.property ?? '';
  const bounded = typeof low !== 'number' || typeof high !== 'number' || low <= high;
  const leaf: CatalogueLeaf = {
    t: expose.type as CatalogueLeaf['t'],
    n: name,
    ...(expose.property !== undefined && expose.property !== name ? { p: expose.property } : {}),
    a: expose.access ?? 1,
    ...(expose.unit?.trim() ? { u: expose.unit.trim() } : {}),
    ...(typeof low === 'number' && bounded ? { lo: low } : {}),
    ...(typeof high === 'number' && bounded ? { hi: high } : {}),
    ...(expose.values ? { v: expose.values } : {}),
    ...(expose.value_on !== undefined ? { on: expose.value_on } : {}),
    ...(expose.value_off !== undefined ? { off: expose.value_off } : {}),
    ...(expose.category === 'diagnostic' || expose.category === 'config'
      ? { c: expose.category === 'config' ? ('c' as const) : ('d' as const) }
      : {}),
    ...(expose.type === 'composite' ? { f: children } : {}),
    ...(item ? { i: compact(typeof item === 'string' ? { type: item, name: 'item' } : item, nodes) } : {}),
  };
  return nodes.id(leaf);
}

function definitionsOf(root: string): Definition[] {
  const require = createRequire(join(root, 'here.js'));
  const converters = require(PACKAGE) as Converters;
  const quiet = () => {};
  converters.setLogger({ debug: quiet, info: quiet, warning: quiet, error: console.error });
  const folder = join(root, 'node_modules', PACKAGE, 'dist', 'devices');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .sort()
    .flatMap((file) => (require(join(folder, file)) as { definitions?: readonly unknown[] }).definitions ?? [])
    .map((definition) => converters.prepareDefinition(definition));
}

function catalogueOf(definitions: readonly Definition[]): CatalogueFile {
  const nodes = new Table<CatalogueNode>();
  const shapes = new Table<readonly number[]>();
  const models = new Map<string, CatalogueFile['models'][number]>();
  const aliases: CatalogueFile['models'][number][] = [];
  for (const { model, vendor, description, exposes, whiteLabel = [] } of definitions) {
    // Some definitions ask the device what it has. For documentation the package knows a dummy device, for which they
    // answer with all that a device of the model may have.
    const answered = typeof exposes === 'function' ? exposes({ isDummyDevice: true }, {}) : exposes;
    const plain = JSON.parse(JSON.stringify(answered)) as readonly Expose[];
    const shape = shapes.id(plain.map((expose) => compact(expose, nodes)));
    models.set(model, [model, vendor, description, shape]);
    for (const alias of whiteLabel) {
      // Only a white label with a fingerprint is reported on the bus under its own model.
      if (alias.fingerprint) aliases.push([alias.model, alias.vendor, alias.description ?? description, shape]);
    }
  }
  for (const alias of aliases) if (!models.has(alias[0])) models.set(alias[0], alias);
  const sorted = [...models.values()].sort(([a], [b]) => (a < b ? -1 : 1));
  return { definitions: definitions.length, nodes: nodes.rows, shapes: shapes.rows, models: sorted };
}

function build(): { readonly json: string; readonly licence: string; readonly catalogue: CatalogueFile } {
  const root = mkdtempSync(join(tmpdir(), 'zigbee-catalogue-'));
  try {
    writeFileSync(join(root, 'package.json'), '{"private":true}');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', ['install', '-E', ...flags, `${PACKAGE}@${VERSION}`], { cwd: root, stdio: 'inherit' });
    const catalogue = catalogueOf(definitionsOf(root));
    const licence = readFileSync(join(root, 'node_modules', PACKAGE, 'LICENSE'), 'utf8');
    return { json: JSON.stringify(catalogue), licence, catalogue };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function header(json: string, catalogue: CatalogueFile): string {
  return [
    'zigbee.json.br: what Zigbee devices expose. Generated, do not edit.',
    'command: node tools/zigbeeCatalogue.ts',
    `source: npm package ${PACKAGE} ${VERSION}, licence MIT (zigbee.LICENSE)`,
    `holds: ${catalogue.definitions} definitions, ${catalogue.models.length} models with white labels`,
    `sha256 of the JSON: ${createHash('sha256').update(json).digest('hex')}`,
    '',
  ].join('\n');
}

const { json, licence, catalogue } = build();
if (process.argv.includes('--check')) {
  const fresh =
    readFileSync(HEADER, 'utf8') === header(json, catalogue) &&
    brotliDecompressSync(readFileSync(CATALOGUE)).toString() === json;
  if (!fresh) console.error('the zigbee catalogue is stale; run `node tools/zigbeeCatalogue.ts`');
  process.exit(fresh ? 0 : 1);
}
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
const compressed = brotliCompressSync(json, { params });
writeFileSync(CATALOGUE, compressed);
writeFileSync(HEADER, header(json, catalogue));
writeFileSync(LICENCE, licence);
console.log(`${header(json, catalogue)}${json.length} bytes of JSON, ${compressed.length} compressed`);
// The package leaves timers running.
process.exit(0);
