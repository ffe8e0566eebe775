import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatBundle } from '../engine/bundle/BundleFile.ts';
import { packBundle } from '../engine/bundle/packBundle.ts';
import { signBundle } from '../engine/bundle/signBundle.ts';
import { type Program, ROOT } from '../system/Program.ts';
import { readSigningKey } from '../trust/signing/signingKeyFile.ts';

const DAY_MS = 86_400_000;

/** Copies policies and rules into a folder, beside the keys of two people whom the program trusts. */
export async function preparedRoot(program: Program, root: string): Promise<void> {
  for (const name of ['ana', 'ben']) {
    await run(program, ['keys', 'new', name, '--out', join(root, name)]);
    await run(program, ['keys', 'trust', join(root, `${name}.pub`)]);
  }
  for (const folder of ['policies', 'rules']) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
}

/** Writes a bundle of a prepared root that both have signed. It is tried when it is activated, and not before. */
export function writeBundle(root: string, file: string): void {
  const [ana, ben] = ['ana', 'ben'].map((name) => readSigningKey(join(root, `${name}.key`)));
  const now = Date.now();
  const bundle = packBundle(root, {
    name: 'bench',
    revision: '1',
    author: ana!.holder,
    created: new Date(now).toISOString(),
    expires: new Date(now + DAY_MS).toISOString(),
  });
  writeFileSync(file, formatBundle(signBundle(signBundle(bundle, ana!), ben!)));
}

/** Runs a verb of the program that must not fail. */
export async function run(program: Program, args: readonly string[]): Promise<void> {
  const { code, stderr } = await program.run(args);
  if (code !== 0) throw new Error(`twinward ${args.join(' ')}: ${stderr}`);
}
