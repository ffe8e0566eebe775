import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

type Listed = {
  readonly friendly_name: string;
  readonly type: string;
  readonly definition: { readonly model: string } | null;
};

/** The bridge of the demo home: what it lists, and the devices that can report. */
export function demoBridge(): {
  /** The payload of `zigbee2mqtt/bridge/devices`. */
  readonly listing: string;
  readonly devices: readonly { readonly name: string; readonly model: string }[];
} {
  const bytes = readFileSync(new URL('./bridge-devices.json.br', import.meta.url));
  const listing = brotliDecompressSync(bytes).toString();
  const devices = (JSON.parse(listing) as readonly Listed[]).flatMap(({ friendly_name: name, definition }) =>
    definition === null ? [] : [{ name, model: definition.model }],
  );
  return { listing, devices };
}
