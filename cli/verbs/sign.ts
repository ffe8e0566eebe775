import { renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { type BundleFile, formatBundle } from '../../engine/bundle/BundleFile.ts';
import { packBundle } from '../../engine/bundle/packBundle.ts';
import { type Proof, proveBundle } from '../../engine/bundle/proveBundle.ts';
import { signBundle } from '../../engine/bundle/signBundle.ts';
import { withUnpacked } from '../../engine/bundle/unpackBundle.ts';
import { readSigningKey, type SigningKey } from '../../trust/signing/signingKeyFile.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { commitOf } from '../commitOf.ts';
import { print, printJson } from '../output.ts';
import { readBundle } from '../readBundle.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly key?: string;
  readonly add?: string;
  readonly out?: string;
  readonly name: string;
  readonly revision?: string;
  readonly days: number;
  readonly json?: true;
};

const DAY_MS = 86_400_000;

/** `twinward sign`: packs policies, rules and lifecycles into one file, tries it, and signs it; or adds a signature. */
export const verb: Verb = {
  examples: [
    'twinward sign --key ana.key              pack and sign, as the author',
    'twinward sign --add twinward.twb --key ben.key   another person looks it over and signs too',
    'twinward sign ../clone --key ana.key --name winter --days 30 --out winter.twb',
  ],
  configure(command) {
    command
      .argument('[root]', 'the folder that holds `policies` and `rules`; this repository unless given')
      .option('--key <file>', 'the key that signs, as `twinward keys new` makes one')
      .option('--add <bundle>', 'add a signature to a bundle')
      .option('--out <file>', 'where to write it; `<name>.twb` unless given')
      .option('--name <name>', 'what to call it', 'twinward')
      .option('--revision <text>', 'which state of it this is; the commit unless given')
      .option('--days <number>', 'how long it may be activated', wholeDays, 90)
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    const [root = repositoryRoot] = command.args;
    if (options.key === undefined) {
      throw new CodedError('command:usage', 'a bundle is signed by a key', { hint: 'give `--key <file>`' });
    }
    const key = readSigningKey(options.key, process.env['TWINWARD_KEY_PASSPHRASE']);
    const bundle = options.add === undefined ? pack(root, key, options) : readBundle(options.add);
    const signed = signBundle(bundle, key);
    const proof = await withUnpacked(bundle, { root: repositoryRoot, scratch: tmpdir() }, (folder) =>
      proveBundle(folder),
    );
    const out = options.out ?? options.add ?? `${options.name}.twb`;
    writeFileSync(`${out}.new`, formatBundle(signed));
    renameSync(`${out}.new`, out);
    if (options.json) printJson({ file: out, id: signed.manifest.content, manifest: signed.manifest, proof });
    else print(toText(out, signed, proof));
    return 0;
  },
};

function pack(root: string, { holder }: SigningKey, { name, revision, days }: Options): BundleFile {
  const now = Date.now();
  return packBundle(root, {
    name,
    revision: revision ?? commitOf(root) ?? '',
    author: holder,
    created: new Date(now).toISOString(),
    expires: new Date(now + days * DAY_MS).toISOString(),
  });
}

function toText(out: string, { manifest, signatures = [] }: BundleFile, proof: Proof): string {
  const signers = signatures.map(({ signer }) => signer);
  return [
    `${out}: bundle ${manifest.content.slice(0, 12)} of ${manifest.files.length} files, good until ${manifest.expires}`,
    `  tried: ${proof.policyCases} cases of policies, ${proof.ruleCases} of rules, ${proof.inputs} inputs on both evaluators`,
    `  made by ${manifest.author}, signed by ${signers.join(' and ')}`,
    signers.length > 1
      ? `  next: twinward activate ${out}`
      : `  next: another person signs it too, \`twinward sign --add ${out} --key <theirs>\``,
  ].join('\n');
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days;
  throw new InvalidArgumentError('Allowed choices are whole numbers from 1 to 3650.');
}
