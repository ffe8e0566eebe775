import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { CatalogueFile } from './CatalogueFile.ts';
import type { DeviceType } from './DeviceType.ts';
import { expandExposes } from './expandExposes.ts';

type Loaded = { readonly file: CatalogueFile; readonly rows: ReadonlyMap<string, number> };

let loaded: Loaded | undefined;
const types = new Map<string, DeviceType>();

/** Reads the generated catalogue once, when the first model is asked for. */
function load(): Loaded {
  if (loaded) return loaded;
  const bytes = readFileSync(new URL('./generated/zigbee.json.br', import.meta.url));
  const file = JSON.parse(brotliDecompressSync(bytes).toString()) as CatalogueFile;
  loaded = { file, rows: new Map(file.models.map(([model], row) => [model, row])) };
  return loaded;
}

/** The device type of a Zigbee model, expanded when first asked for; undefined when the catalogue does not know it. */
export function zigbeeType(model: string): DeviceType | undefined {
  const known = types.get(model);
  if (known) return known;
  const { file, rows } = load();
  const row = rows.get(model);
  if (row === undefined) return undefined;
  const type = expandExposes(file, row);
  types.set(model, type);
  return type;
}

/** Every Zigbee model that the catalogue knows, sorted. */
export function zigbeeModels(): readonly string[] {
  return load().file.models.map(([model]) => model);
}

/** Every Zigbee type, made anew: for those who look at all of them once. */
export function* zigbeeTypes(): Generator<DeviceType> {
  const { file } = load();
  for (let row = 0; row < file.models.length; row++) yield expandExposes(file, row);
}

/**
 * Property names that the table of labels does not know, with the number of models that have them, most frequent first.
 * Their values are treated as `UNLABELLED`.
 */
export function unlabelledProperties(): readonly { readonly name: string; readonly models: number }[] {
  const counts = new Map<string, number>();
  for (const { features } of zigbeeTypes()) {
    const names = new Set<string>();
    for (const { properties } of features) {
      for (const { name, labelled } of properties) if (!labelled) names.add(name);
    }
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, models]) => ({ name, models }))
    .sort((a, b) => b.models - a.models || (a.name < b.name ? -1 : 1));
}
