import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sm4Sealer, SystemScope } from '../../trust/Sm4Sealer.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';

const SCOPE: SystemScope = { kind: 'system', name: 'checkpoint' };
const TABLE = `CREATE TABLE IF NOT EXISTS checkpoint (
  id INTEGER PRIMARY KEY CHECK (id = 1), key_id TEXT NOT NULL, body BLOB NOT NULL
) STRICT`;

/** The last snapshot of the graph, sealed. It only saves time: the log of changes is what counts. */
export class Checkpoints {
  readonly #db: DatabaseSync;
  readonly #sealer: Sm4Sealer;
  #dropped = false;

  constructor(db: DatabaseSync, sealer: Sm4Sealer) {
    guarded(() => db.exec(TABLE));
    this.#db = db;
    this.#sealer = sealer;
  }

  /** Keeps a snapshot, unless one was dropped since the start: the graph in memory still holds what was erased. */
  save(snapshot: Uint8Array): void {
    if (this.#dropped) return;
    const { keyId, body } = this.#sealer.seal(SCOPE, gzipSync(snapshot, { level: 1 }));
    this.#sealer.flush();
    guarded(() => this.#db.prepare('INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?)').run(keyId, body));
  }

  /** The snapshot, or null when there is none or it was damaged: the log says the same, only more slowly. */
  load(): Uint8Array | null {
    try {
      const row = this.#db.prepare('SELECT key_id AS keyId, body FROM checkpoint').get();
      const opened = row ? this.#sealer.open(row as { keyId: string; body: Uint8Array }) : null;
      return opened && gunzipSync(opened);
    } catch {
      return null;
    }
  }

  /** Forgets the snapshot with its key, also in backups: what was erased must not live on in it. */
  drop(): void {
    this.#dropped = true;
    this.#sealer.destroy(SCOPE);
    guarded(() => this.#db.exec('DELETE FROM checkpoint'));
  }
}
