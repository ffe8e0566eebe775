import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signMessage } from '../../trust/signing/signatures.ts';
import { type BundleFile, formatBundle, MOST_BUNDLE_BYTES, signedText } from './BundleFile.ts';
import { packBundle } from './packBundle.ts';
import { parseBundle } from './parseBundle.ts';
import { keyOf, NOW, refit, signedBy, trusted } from './testBundle.ts';
import { type VerifyOptions, verifyBundle } from './verifyBundle.ts';

const root = join(import.meta.dirname, '../..');
const { version: inputSchema } = JSON.parse(readFileSync(join(root, 'policies/input.schema.json'), 'utf8')) as {
  version: number;
};
const [ana, ben, eve] = [keyOf('ana'), keyOf('ben', 'ed25519'), keyOf('eve')];
const keys = [trusted(ana), trusted(ben)];
const expires = new Date(NOW + 30 * 86_400_000).toISOString();
const about = { name: 'test', revision: 'r1', author: 'ana', created: new Date(NOW).toISOString(), expires };
const packed = packBundle(root, about);
const good = signedBy(packed, ana, ben);
const FILE = 'policies/sharing/tiered/tiered.rego';

const open = (bytes: Uint8Array, options: Partial<VerifyOptions> = {}) =>
  verifyBundle(parseBundle(bytes), { keys, at: NOW, inputSchema, ...options });
const bytesOf = (bundle: unknown) => formatBundle(bundle as BundleFile);
const replaced = (text: string, by: string) => Buffer.from(bytesOf(good).toString().replace(text, by));
const withManifest = (change: object): BundleFile => ({ ...good, manifest: { ...good.manifest, ...change } });
const withSignature = (index: number, change: object) => ({
  ...good,
  signatures: good.signatures!.map((each, at) => (at === index ? { ...each, ...change } : each)),
});

it('takes a bundle that its author and another signed, by SM2 and by Ed25519', () => {
  expect(open(bytesOf(good))).toEqual([
    { key: ana.id, holder: 'ana' },
    { key: ben.id, holder: 'ben' },
  ]);
});

it('packs equal files into equal bundles, byte for byte, without drafts and without the register of clauses', () => {
  expect(bytesOf(packBundle(root, about)).equals(bytesOf(packed))).toBe(true);
  const paths = Object.keys(packed.files);
  expect(paths).toEqual(expect.arrayContaining([FILE, 'rules/safety/gas_leak.json', 'lifecycles/lease.json']));
  expect(paths.filter((path) => /drafts|clauses\//.test(path))).toEqual([]);
});

describe('a bundle is refused when it', () => {
  const { signatures: _, ...stripped } = good;
  const other = signedBy(refit({ ...packed.manifest, revision: 'r2' }, packed.files), ana, ben);
  it.each<[string, Uint8Array, string, Partial<VerifyOptions>?]>([
    // What OPA let pass (GHSA-g2pf-6v5v-qcc8): no signatures, so nothing to verify.
    ['had its signatures stripped', bytesOf(stripped), 'unsigned'],
    ['has an empty list of signatures', bytesOf({ ...good, signatures: [] }), 'unsigned'],
    ['had a file altered', replaced('package sharing.tiered', 'package sharing.Tiered'), 'altered'],
    [
      'had a file altered and its digest too',
      bytesOf({
        ...refit(good.manifest, { ...good.files, [FILE]: 'package sharing.tiered' }),
        signatures: good.signatures,
      }),
      'signature_wrong',
    ],
    ['had its manifest altered', bytesOf(withManifest({ revision: 'r9' })), 'signature_wrong'],
    ['had its end put off', bytesOf(withManifest({ expires: '2036-01-01T00:00:00.000Z' })), 'signature_wrong'],
    ['had its content put under another digest', bytesOf(withManifest({ content: '0'.repeat(64) })), 'altered'],
    [
      'has a file that is not listed',
      bytesOf({ ...good, files: { ...good.files, 'policies/extra.rego': 'package extra' } }),
      'file_unlisted',
    ],
    [
      'lacks a file that is listed',
      bytesOf({ ...good, files: Object.fromEntries(Object.entries(good.files).filter(([path]) => path !== FILE)) }),
      'file_missing',
    ],
    [
      'lists a file twice',
      bytesOf(withManifest({ files: [good.manifest.files[0], ...good.manifest.files] })),
      'not_canonical',
    ],
    ['has a member twice', replaced('"manifest":', '"files":{},"manifest":'), 'not_canonical'],
    ['is written with other spaces', Buffer.from(JSON.stringify(good, null, 2)), 'not_canonical'],
    ['has a member that no bundle has', bytesOf({ ...good, unsigned: true }), 'malformed'],
    ['says that it needs no signatures', bytesOf(withManifest({ signatures: 'none' })), 'malformed'],
    ['is signed by a foreign key', bytesOf(signedBy(packed, ana, eve)), 'key_foreign'],
    ['is signed by its author under a foreign key', bytesOf(signedBy(packed, keyOf('ana'), ben)), 'key_foreign'],
    ['bears a foreign signature beside good ones', bytesOf(signedBy(good, eve)), 'key_foreign'],
    [
      'names a trusted key over a foreign signature',
      bytesOf(withSignature(1, { value: signMessage(signedText(packed.manifest), eve) })),
      'signature_wrong',
    ],
    ['names another algorithm than its key has', bytesOf(withSignature(1, { algorithm: 'sm2' })), 'algorithm_wrong'],
    ['names the algorithm `none`', bytesOf(withSignature(1, { algorithm: 'none' })), 'malformed'],
    ["names somebody else as the key's holder", bytesOf(withSignature(1, { signer: 'eve' })), 'signer_wrong'],
    ['bears the signatures of another bundle', bytesOf({ ...good, signatures: other.signatures }), 'signature_wrong'],
    [
      'bears one signature twice',
      bytesOf({ ...good, signatures: [good.signatures![0], good.signatures![0]] }),
      'malformed',
    ],
    ['is signed by its author alone', bytesOf(signedBy(packed, ana)), 'author_alone'],
    [
      'is signed by two keys of its author',
      bytesOf({
        ...signedBy(packed, ana),
        signatures: [...signedBy(packed, ana).signatures!, ...signedBy(packed, { ...ben, holder: 'ana' }).signatures!],
      }),
      'author_alone',
      { keys: [trusted(ana), trusted({ ...ben, holder: 'ana' })] },
    ],
    ['is not signed by its author', bytesOf(signedBy(packed, ben)), 'author_missing'],
    ['names no author', bytesOf(signedBy(packBundle(root, { ...about, author: null }), ana, ben)), 'author_missing'],
    [
      'is by one who may only review',
      bytesOf(good),
      'author_missing',
      { keys: [trusted(ana, { roles: ['reviewer'] }), trusted(ben)] },
    ],
    [
      'is reviewed by one who may not',
      bytesOf(good),
      'author_alone',
      { keys: [trusted(ana), trusted(ben, { roles: ['author'] })] },
    ],
    ['is over', bytesOf(good), 'expired', { at: Date.parse(expires) }],
    [
      'is signed by a key that is over',
      bytesOf(good),
      'key_expired',
      { keys: [trusted(ana), trusted(ben, { until: new Date(NOW).toISOString() })] },
    ],
    [
      'is signed by a key that is not good yet',
      bytesOf(good),
      'key_expired',
      { keys: [trusted(ana), trusted(ben, { from: new Date(NOW + 1).toISOString() })] },
    ],
    ['is for a newer input than the program gives', bytesOf(good), 'schema_newer', { inputSchema: inputSchema - 1 }],
    [
      'says another version of the input than it brings',
      bytesOf(
        signedBy(
          refit(
            { ...packed.manifest, inputSchema: 1 },
            { ...packed.files, 'policies/input.schema.json': '{"version": 7}' },
          ),
          ana,
          ben,
        ),
      ),
      'malformed',
    ],
    ['has a newer form', bytesOf(withManifest({ format: 2 })), 'format_newer'],
    ['is cut off', bytesOf(good).subarray(0, 1000), 'unreadable'],
    ['is empty', Buffer.alloc(0), 'unreadable'],
    ['is garbage', Buffer.from([0xff, 0xfe, 0x00, 0x31]), 'unreadable'],
    ['is JSON and no bundle', Buffer.from('[]\n'), 'malformed'],
    ['is too large', Buffer.alloc(MOST_BUNDLE_BYTES + 1, ' '), 'too_large'],
    [
      'leads out of its folder',
      bytesOf(signedBy(refit(packed.manifest, { ...packed.files, 'policies/../../root.key.json': 'x' }), ana, ben)),
      'path_unsafe',
    ],
    [
      'leads to an absolute place',
      bytesOf(signedBy(refit(packed.manifest, { ...packed.files, '/etc/passwd.json': 'x' }), ana, ben)),
      'path_unsafe',
    ],
    [
      'brings a file of another kind',
      bytesOf(signedBy(refit(packed.manifest, { ...packed.files, 'policies/run.sh': 'x' }), ana, ben)),
      'path_unsafe',
    ],
    ['plays with prototypes', replaced('"files":{', '"files":{"__proto__":"x",'), 'path_unsafe'],
  ])('%s', (_what, bytes, code, options) => {
    expect(() => open(bytes, options)).toThrow(expect.objectContaining({ code: `policy:bundle.${code}` }));
  });

  it('is a good one of which any single byte is another', () => {
    const bytes = bytesOf(good);
    // Every 997th, so that all parts are met and the test stays quick.
    for (let at = 0; at < bytes.length; at += 997) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      expect(() => open(altered), `byte ${at}`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^policy:bundle\./) }),
      );
    }
  });
});
