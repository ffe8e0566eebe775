import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sm4Sealer, SystemScope } from '../../trust/Sm4Sealer.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import type { Simulation } from '../simulations/Simulation.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS simulations (
  id TEXT PRIMARY KEY, key_id TEXT NOT NULL, body BLOB NOT NULL, report_key_id TEXT, report BLOB
) WITHOUT ROWID, STRICT`;
const SCOPE: SystemScope = { kind: 'system', name: 'simulations' };
/** Reports of homes that there are name some of them, so what is erased must not live on in one. */
const REPORT_SCOPE: SystemScope = { kind: 'system', name: 'simulation reports' };

/** Simulations and their reports, sealed: what is kept of them in a data folder. */
export class SimulationLog {
  readonly #db: DatabaseSync;
  readonly #sealer: Sm4Sealer;
  #dropped = false;

  constructor(db: DatabaseSync, sealer: Sm4Sealer) {
    guarded(() => db.exec(TABLE));
    this.#db = db;
    this.#sealer = sealer;
  }

  /**
   * Keeps where a simulation stands, and its report once it has one: JSON in UTF-8. Throws `engine:simulation.erased` for a
   * report of the twin when reports were dropped since the start: the graph in memory still holds what was erased.
   */
  keep(simulation: Simulation, report: Uint8Array | null): void {
    if (report && simulation.about && this.#dropped) {
      throw new CodedError('engine:simulation.erased', 'something was erased since the homes were read', {
        hint: 'start the server again, and then the simulation',
      });
    }
    const { keyId, body } = this.#sealer.seal(SCOPE, Buffer.from(JSON.stringify(simulation)));
    const sealed = report && this.#sealer.seal(REPORT_SCOPE, gzipSync(report, { level: 1 }));
    this.#sealer.flush();
    guarded(() =>
      this.#db
        .prepare('INSERT OR REPLACE INTO simulations VALUES (?, ?, ?, ?, ?)')
        .run(simulation.id, keyId, body, sealed?.keyId ?? null, sealed?.body ?? null),
    );
  }

  /** All that are kept and can be read, in no order. */
  all(): Simulation[] {
    const rows = guarded(() => this.#db.prepare('SELECT key_id AS keyId, body FROM simulations').all());
    return rows.flatMap((row) => {
      const opened = this.#open(row);
      return opened ? [JSON.parse(Buffer.from(opened).toString()) as Simulation] : [];
    });
  }

  /** The report of a simulation; null when it has none, or it was erased. */
  report(id: string): Uint8Array | null {
    const select = 'SELECT report_key_id AS keyId, report AS body FROM simulations WHERE id = ?';
    const row = guarded(() => this.#db.prepare(select).get(id));
    const opened = row && row['body'] !== null ? this.#open(row) : null;
    return opened && gunzipSync(opened);
  }

  drop(ids: readonly string[]): void {
    const statement = this.#db.prepare('DELETE FROM simulations WHERE id = ?');
    for (const id of ids) guarded(() => statement.run(id));
  }

  /** Forgets all reports with their key, also in backups: what was erased must not live on in them. */
  dropReports(): void {
    this.#dropped = true;
    this.#sealer.destroy(REPORT_SCOPE);
    guarded(() => this.#db.exec('UPDATE simulations SET report_key_id = NULL, report = NULL'));
  }

  /** What was altered is as what is not there: it can be simulated again. */
  #open(row: Record<string, unknown>): Uint8Array | null {
    try {
      return this.#sealer.open(row as { keyId: string; body: Uint8Array });
    } catch {
      return null;
    }
  }
}
