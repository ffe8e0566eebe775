import { isSignature } from '../../trust/signing/signatures.ts';
import type { TrustedKey } from '../../trust/signing/trustedKeys.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { DeviceNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import { FIRMWARE_DIGESTS, type Firmware, type FirmwareDigest } from '../../twin/homeRecords.ts';
import { canonicalJson } from '../canonicalJson.ts';

/** Firmware as it is offered: the digest's algorithm may be anything yet. */
export type OfferedFirmware = Pick<Firmware, 'model' | 'version' | 'signature'> & {
  readonly digest: { readonly algorithm: string; readonly value: string };
};

/** What the maker of firmware signs: model, version and digest, in canonical JSON. */
export function firmwareText({ model, version, digest }: Omit<OfferedFirmware, 'signature'>): Uint8Array {
  const { algorithm, value } = digest;
  return Buffer.from(canonicalJson({ model, version, digest: { algorithm, value } }));
}

/**
 * Checks firmware that is offered for a device: its model, a digest that is strong, a version above the present one, and
 * its maker's signature by a trusted key. Nothing is taken from the offer on trust, above all not the algorithm of the key.
 *
 * Throws `twin:firmware.model_other`, `.digest_weak`, `.digest_invalid`, `.version_invalid`, `.rollback` and
 * `.signature_wrong`.
 */
export function acceptFirmware(
  offered: OfferedFirmware,
  {
    home,
    device,
    keys,
    now,
  }: {
    readonly home: HomeNode;
    readonly device: DeviceNode;
    readonly keys: readonly TrustedKey[];
    readonly now: number;
  },
): Pick<Firmware, 'model' | 'version' | 'from' | 'digest' | 'signature'> {
  const { model, version, signature } = offered;
  if (model !== device.device.model) {
    throw refused('model_other', `it is for \`${model}\`, and the device is a \`${device.device.model}\` (SH-6.2.4-a)`);
  }
  const digest = strongDigest(offered.digest);
  const from = presentVersion(home, device);
  if (!VERSION.test(version)) throw refused('version_invalid', `\`${version}\` is no version`, 'such as `1.4.2`');
  if (from !== null && compareVersions(version, from) <= 0) {
    throw refused(
      'rollback',
      `the device has \`${from}\`, and firmware never goes back or stays`,
      'offer a higher version',
    );
  }
  const key = keys.find(({ id }) => id === signature.key);
  const holds =
    key && (key.from === null || Date.parse(key.from) <= now) && (key.until === null || now < Date.parse(key.until));
  if (!holds || !isSignature(firmwareText(offered), signature.value, key)) {
    throw refused(
      'signature_wrong',
      'nobody whose firmware is trusted signed it like this (SH-8.1.5-b)',
      'see the trusted keys for firmware',
    );
  }
  return { model, version, from, digest, signature };
}

const VERSION = /^\d+(?:\.\d+){0,4}$/;
/** The digits of a digest in hex. */
const HEX = /^[0-9a-f]{64}$/;

function strongDigest({ algorithm, value }: OfferedFirmware['digest']): Firmware['digest'] {
  if (!FIRMWARE_DIGESTS.includes(algorithm as FirmwareDigest)) {
    const hint = `take ${FIRMWARE_DIGESTS.join(' or ')} (SH-6.2.4-c-2)`;
    throw refused('digest_weak', `\`${algorithm}\` is no digest that firmware is known by`, hint);
  }
  if (!HEX.test(value)) throw refused('digest_invalid', 'the digest is not 64 digits in hex');
  return { algorithm: algorithm as FirmwareDigest, value };
}

/** The version of a device: the last that was installed, else what the device itself says of it; null when neither tells. */
function presentVersion({ records }: HomeNode, { device, values }: DeviceNode): string | null {
  const installed = [...records.values()].flatMap(({ record, state }) => {
    return record.kind === 'firmware' && record.device === device.id && state === 'installed' ? [record.version] : [];
  });
  const update = values.get('update')?.value as { readonly installed_version?: unknown } | undefined;
  const said = update?.installed_version === undefined ? [] : [String(update.installed_version)];
  return [...installed, ...said.filter((each) => VERSION.test(each))].sort(compareVersions).at(-1) ?? null;
}

/** Below zero when the first is the lower version. */
function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((version) => version.split('.').map(Number));
  for (let part = 0; part < Math.max(one!.length, other!.length); part++) {
    const difference = (one![part] ?? 0) - (other![part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function refused(why: string, message: string, hint?: string): CodedError {
  return new CodedError(
    `twin:firmware.${why}`,
    `the firmware is refused: ${message}`,
    hint === undefined ? {} : { hint },
  );
}
