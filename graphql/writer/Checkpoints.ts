import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sm4Sealer, SystemScope } from '../../trust/Sm4Sealer.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';

const SCOPE: SystemScope = { kind: 'system', name: 'checkpoint' };
const TABLE = `DROP TABLE IF EXISTS checkpoint;
CREATE TABLE IF NOT EXISTS graph_checkpoints (
  revision INTEGER PRIMARY KEY, key_id TEXT NOT NULL, body BLOB NOT NULL
) STRICT`;

/**
 * Snapshots of the graph, sealed. They only save time: the log of changes is what counts. Of each doubling of the log the
 * last one is kept, so that a start reads little and any instant at most as much again as lies before it.
 */
export class Checkpoints {
  readonly #db: DatabaseSync;
  readonly #sealer: Sm4Sealer;
  #dropped = false;

  constructor(db: DatabaseSync, sealer: Sm4Sealer) {
    guarded(() => db.exec(TABLE));
    this.#db = db;
    this.#sealer = sealer;
  }

  /**
   * Keeps a snapshot, unless one was dropped since the start: the graph in memory still holds what was erased.
   *
   * @param revision how many changes the log has; the snapshot holds no more
   */
  save(snapshot: Uint8Array, revision: number): void {
    if (this.#dropped) return;
    const { keyId, body } = this.#sealer.seal(SCOPE, gzipSync(snapshot, { level: 1 }));
    this.#sealer.flush();
    guarded(() => {
      this.#db.prepare('DELETE FROM graph_checkpoints WHERE revision >= ?').run(doublingOf(revision));
      this.#db.prepare('INSERT INTO graph_checkpoints VALUES (?, ?, ?)').run(revision, keyId, body);
    });
  }

  /**
   * The last snapshot, or the last of a revision below the one given; null when there is none or it was damaged: the log
   * says the same, only more slowly.
   */
  load(below: number = Number.POSITIVE_INFINITY): Uint8Array | null {
    try {
      const row = this.#db
        .prepare(
          'SELECT key_id AS keyId, body FROM graph_checkpoints WHERE revision < ? ORDER BY revision DESC LIMIT 1',
        )
        .get(Math.min(below, Number.MAX_SAFE_INTEGER));
      const opened = row ? this.#sealer.open(row as { keyId: string; body: Uint8Array }) : null;
      return opened && gunzipSync(opened);
    } catch {
      return null;
    }
  }

  /** Forgets the snapshots with their key, also in backups: what was erased must not live on in them. */
  drop(): void {
    this.#dropped = true;
    this.#sealer.destroy(SCOPE);
    guarded(() => this.#db.exec('DELETE FROM graph_checkpoints'));
  }
}

/** Where the doubling of the log began in which a revision lies: the highest power of two up to it. */
function doublingOf(revision: number): number {
  return revision < 1 ? 0 : 2 ** Math.floor(Math.log2(revision));
}
