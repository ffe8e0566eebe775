import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { CodedError, type ErrorCode } from '../twin/CodedError.ts';

const MOST_OUTPUT = 256 * 2 ** 20;

let before: Promise<unknown> = Promise.resolve();

/**
 * Runs `twinward simulate` in a process of its own, so that a city of a million homes slows no live decision; one at a
 * time, so that many who ask do not either.
 */
export function simulateByName(draft: string, scenario: string): Promise<unknown> {
  const report = before.then(() => run(draft, scenario));
  before = report.catch(() => undefined);
  return report;
}

function run(draft: string, scenario: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const args = [
      join(import.meta.dirname, 'main.ts'),
      'simulate',
      '--scenario',
      scenario,
      '--named',
      '--json',
      '--',
      draft,
    ];
    execFile(process.execPath, args, { maxBuffer: MOST_OUTPUT }, (error, stdout, stderr) => {
      // Exit code 1 with a report means that an expectation failed: the report says so.
      if (stdout.trim() !== '') resolve(JSON.parse(stdout));
      else reject(toCoded(stderr) ?? error);
    });
  });
}

function toCoded(stderr: string): CodedError | null {
  try {
    const { code, message, hint } = (
      JSON.parse(stderr) as { error: { code: ErrorCode; message: string; hint?: string } }
    ).error;
    return new CodedError(code, message, hint === undefined ? {} : { hint });
  } catch {
    return null;
  }
}
