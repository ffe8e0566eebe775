import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObservedImpact } from '../../trust/activations/RolloutRecord.ts';

/**
 * What was observed of a stage, kept for a restart. It holds counts and decides nothing: what is lost or belongs to
 * another stage is counted anew.
 */
export class ObservedFile {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'bundles');
  }

  /** Throws what the disk says. */
  write(record: number, observed: ObservedImpact): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path;
    writeFileSync(`${path}.new`, JSON.stringify({ record, observed }), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /** What was kept under the number of a record; null when nothing was. */
  read(record: number): ObservedImpact | null {
    try {
      const kept = JSON.parse(readFileSync(this.#path, 'utf8')) as { record: number; observed: ObservedImpact };
      return kept.record === record ? kept.observed : null;
    } catch {
      return null;
    }
  }

  get #path(): string {
    return join(this.#folder, 'rollout-observed.json');
  }
}
