import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Option } from 'commander';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../../trust/signing/signatures.ts';
import { makeSigningKey, readPublicKey } from '../../trust/signing/signingKeyFile.ts';
import {
  formatTrustedKeys,
  HOLDER,
  readTrustedKeys,
  SIGNER_ROLES,
  type SignerRole,
  type TrustedKey,
  trustedKeysFile,
} from '../../trust/signing/trustedKeys.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { instantOf } from '../instantOf.ts';
import { formatTable, print, printJson } from '../output.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly algorithm: SignatureAlgorithm;
  readonly out?: string;
  readonly role?: SignerRole;
  readonly until?: string;
  readonly json?: true;
};

/** `twinward keys`: makes keys that sign bundles, and says whose signatures are believed on a data folder. */
export const verb: Verb = {
  examples: [
    'twinward keys                            whose signatures are believed here',
    'twinward keys new ana                    a key that signs: ana.key stays with ana, ana.pub is for others',
    'twinward keys trust ana.pub              believe signatures of ana on this data folder',
    'twinward keys trust ben.pub --role reviewer --until 2027-01-01',
    'twinward keys distrust <id>              and no more',
  ],
  configure(command) {
    command
      .argument('[what]', '`new`, `trust` or `distrust`; without it the trusted keys are listed')
      .argument('[which]', 'who holds a new key, the file of a public key, or the id of a trusted one')
      .addOption(new Option('--algorithm <algorithm>', 'of a new key').choices(SIGNATURE_ALGORITHMS).default('sm2'))
      .option('--out <path>', 'where a new key is written, without `.key` and `.pub`; the holder unless given')
      .addOption(new Option('--role <role>', 'what a trusted key may do; both unless given').choices(SIGNER_ROLES))
      .option('--until <instant>', 'when a trusted key ends, a day or instant')
      .option('--json', 'print JSON')
      .addHelpText(
        'after',
        '\nTWINWARD_TRUSTED_KEYS names another file of trusted keys than that in the data folder.\nTWINWARD_KEY_PASSPHRASE seals new private keys and opens them.',
      );
  },
  run(command): ExitCode {
    const options = command.opts<Options>();
    const [what, which] = command.args;
    const file = trustedKeysFile(dataFolder());
    if (what === undefined) return show(existsSync(file) ? readTrustedKeys(file) : [], file, options);
    if (which === undefined) throw usage(`\`twinward keys ${what}\` needs to know which`);
    if (what === 'new') return makeNew(which, options);
    if (what === 'trust') return trust(which, file, options);
    if (what === 'distrust') return distrust(which, file, options);
    throw usage(`\`${what}\` is nothing that is done with keys`);
  },
};

function makeNew(holder: string, { algorithm, out = holder, json }: Options): ExitCode {
  if (!HOLDER.test(holder)) throw usage(`\`${holder}\` is no name: letters, digits, spaces and \`._@-\``);
  const { id } = makeSigningKey(out, { holder, algorithm, passphrase: process.env['TWINWARD_KEY_PASSPHRASE'] });
  if (json) printJson({ id, holder, privateKey: `${out}.key`, publicKey: `${out}.pub` });
  else print(`${id}\n  ${out}.key signs; keep it\n  ${out}.pub is for others: \`twinward keys trust ${out}.pub\``);
  return 0;
}

function trust(path: string, file: string, { role, until, ...options }: Options): ExitCode {
  const key: TrustedKey = {
    ...readPublicKey(path),
    roles: role === undefined ? SIGNER_ROLES : [role],
    until: until === undefined ? null : new Date(instantOf(until)).toISOString(),
  };
  const others = (existsSync(file) ? readTrustedKeys(file) : []).filter(({ id }) => id !== key.id);
  return save([...others, key], file, options);
}

function distrust(id: string, file: string, options: Pick<Options, 'json'>): ExitCode {
  const keys = readTrustedKeys(file);
  const rest = keys.filter((key) => key.id !== id);
  if (rest.length === keys.length) {
    throw new CodedError('command:key.not_found', `no trusted key \`${id}\``, { hint: '`twinward keys` lists them' });
  }
  return save(rest, file, options);
}

function save(keys: readonly TrustedKey[], file: string, options: Pick<Options, 'json'>): ExitCode {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Renamed when whole: a server may be reading it.
  writeFileSync(`${file}.new`, formatTrustedKeys(keys), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return show(keys, file, options);
}

function show(keys: readonly TrustedKey[], file: string, { json }: Pick<Options, 'json'>): ExitCode {
  if (json) {
    printJson({ file, keys });
    return 0;
  }
  if (keys.length === 0) {
    print(`no key is trusted in \`${file}\`: no bundle can be activated but the one that came with the program`);
    return 0;
  }
  const columns = ['holder', 'roles', 'until', 'key'].map((title) => ({ title }));
  const rows = keys.map(({ holder, roles, until, id }) => [holder, roles.join(', '), until ?? 'open', id]);
  print(`${formatTable(columns, rows)}\n\nin \`${file}\``);
  return 0;
}

function usage(message: string): CodedError {
  return new CodedError('command:usage', message, { hint: 'see `twinward keys --help`' });
}
