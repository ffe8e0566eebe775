import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../system/Program.ts';
import { writeHouseholdRules } from './rules/householdRules.ts';
import { preparedRoot, run, writeBundle } from './signedBundle.ts';

/** Runs the program on a folder of its own, which is gone when the work is done. */
export async function withProgram<Result>(work: (program: Program) => Promise<Result>): Promise<Result> {
  const program = new Program();
  try {
    await program.start();
    return await work(program);
  } finally {
    await program.remove();
  }
}

/** Brings rules of households into force beside the built-in ones, by a signed bundle. */
export async function activateHouseholdRules(program: Program, count: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'twinward-rules-'));
  try {
    await preparedRoot(program, root);
    writeHouseholdRules(root, count);
    const file = join(root, 'rules.twb');
    writeBundle(root, file);
    await run(program, ['activate', file]);
  } finally {
    rmSync(root, { recursive: true });
  }
}
