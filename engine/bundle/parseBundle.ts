import { Ajv } from 'ajv';
import { SIGNATURE_ALGORITHMS } from '../../trust/signing/signatures.ts';
import { CodedError, type ErrorCode } from '../../twin/CodedError.ts';
import {
  BUNDLE_FORMAT,
  type BundleFile,
  contentDigest,
  digestOf,
  formatBundle,
  MOST_BUNDLE_BYTES,
} from './BundleFile.ts';

const text = { type: 'string', maxLength: 200 } as const;
const instant = { type: ['string', 'null'], pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' } as const;
const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;

function closed(properties: Readonly<Record<string, object>>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const SCHEMA = closed(
  {
    manifest: closed({
      format: { const: BUNDLE_FORMAT },
      name: { ...text, minLength: 1 },
      revision: text,
      author: { type: ['string', 'null'], maxLength: 64 },
      created: instant,
      expires: instant,
      inputSchema: { type: 'integer', minimum: 1 },
      content: digest,
      files: { type: 'array', maxItems: 10_000, items: closed({ path: text, sm3: digest }) },
    }),
    files: { type: 'object', additionalProperties: { type: 'string' } },
    signatures: {
      type: 'array',
      maxItems: 16,
      items: closed({
        key: text,
        algorithm: { enum: SIGNATURE_ALGORITHMS },
        signer: text,
        value: { type: 'string', pattern: '^[0-9a-f]{1,400}$' },
      }),
    },
  },
  // Without signatures it is whole and worth nothing: whoever verifies says so.
  ['signatures'],
);
const ajv = new Ajv({ strict: false });
const fits = ajv.compile(SCHEMA);

/** Folders and files have plain names, so that no path leads out of where it is unpacked. */
const PLAIN_PATH = /^(?:policies|rules|lifecycles)(?:\/[a-z0-9_]+)*\/[a-z0-9_]+(?:\.[a-z0-9_]+)*\.(?:rego|yaml|json)$/;

/**
 * Reads a bundle and checks that it is whole: one form, canonical to the byte, and every file the one that its manifest
 * lists. It says nothing about who stands for it: `verifyBundle` does. Throws `policy:bundle.too_large`, `.unreadable`,
 * `.format_newer`, `.malformed`, `.not_canonical`, `.path_unsafe`, `.file_unlisted`, `.file_missing` and `.altered`.
 */
export function parseBundle(bytes: Uint8Array): BundleFile {
  if (bytes.length > MOST_BUNDLE_BYTES) {
    throw refused('too_large', `it has ${bytes.length} bytes, and none may have more than ${MOST_BUNDLE_BYTES}`);
  }
  const bundle = parseShape(parseJson(bytes));
  // Members that stand twice, stand elsewhere or are hidden by another encoding are gone when it is written again.
  if (!formatBundle(bundle).equals(bytes)) {
    throw refused('not_canonical', 'it is not written as bundles are: a member may stand in it twice');
  }
  assertFiles(bundle);
  return bundle;
}

/** A refusal of a bundle, with its code and in words. */
export function refused(code: string, why: string, hint?: string): CodedError {
  return new CodedError(`policy:bundle.${code}` satisfies ErrorCode, `the bundle is refused: ${why}`, {
    ...(hint !== undefined && { hint }),
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw refused('unreadable', 'it is no JSON', 'it may be cut off: copy it again');
  }
}

function parseShape(value: unknown): BundleFile {
  const format = (value as { readonly manifest?: { readonly format?: unknown } } | null)?.manifest?.format;
  if (typeof format === 'number' && format > BUNDLE_FORMAT) {
    throw refused(
      'format_newer',
      `it has form ${format}, and this program reads ${BUNDLE_FORMAT}`,
      'use a newer Twinward',
    );
  }
  if (fits(value)) return value as BundleFile;
  throw refused('malformed', ajv.errorsText(fits.errors, { dataVar: 'bundle' }));
}

function assertFiles({ manifest, files }: BundleFile): void {
  const listed = new Map(manifest.files.map(({ path, sm3 }) => [path, sm3]));
  const sorted = [...listed.keys()].every((path, index, all) => index === 0 || all[index - 1]! < path);
  if (listed.size < manifest.files.length || !sorted) {
    throw refused('not_canonical', 'its list of files is not sorted, or names one twice');
  }
  for (const path of new Set([...listed.keys(), ...Object.keys(files)])) {
    const shown = JSON.stringify(path.slice(0, 100));
    if (!PLAIN_PATH.test(path)) throw refused('path_unsafe', `the path ${shown} is not plain`);
    if (!listed.has(path)) throw refused('file_unlisted', `the manifest does not list ${shown}`);
    if (!Object.hasOwn(files, path)) throw refused('file_missing', `it lacks ${shown}, which the manifest lists`);
    if (digestOf(files[path]!) !== listed.get(path))
      throw refused('altered', `${shown} is not the file that was packed`);
  }
  if (contentDigest(manifest) !== manifest.content) throw refused('altered', 'its content has another digest');
}
