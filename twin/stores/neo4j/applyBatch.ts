import { CodedError } from '../../CodedError.ts';
import type { Change } from '../../changes.ts';
import type { Sealer } from '../../Sealer.ts';
import type { TwinBatch } from '../../TwinStore.ts';
import { createChanges, type EncodedChange, encodeChange, linkChanges } from './changeLog.ts';
import { appendLetters } from './deadLetters.ts';
import { lockHead, moveHead } from './head.ts';
import type { Transaction } from './Neo4jConnection.ts';
import { updatePresent } from './presentValues.ts';
import { projectChanges } from './projectChanges.ts';
import { createReadings, type EncodedReading, encodeReading, numberReadings, withoutRepeats } from './readingLog.ts';
import { writeProjection } from './writeProjection.ts';

/** A batch with its bodies sealed, once however often its transaction is tried. */
export type EncodedBatch = Pick<TwinBatch, 'deadLetters' | 'memories' | 'wipedHomes' | 'expectedRevision'> & {
  /** Nobody else's, so that a batch which was applied is known when it comes again. */
  readonly id: string;
  readonly changes: readonly (EncodedChange & { readonly change: Change })[];
  readonly readings: readonly EncodedReading[];
};

/** Checks and seals a batch. Throws `store:batch.invalid`. */
export function encodeBatch(sealer: Sealer, id: string, batch: TwinBatch): EncodedBatch {
  const { changes = [], readings = [], ...rest } = batch;
  return {
    ...rest,
    id,
    changes: changes.map((timed) => ({ ...encodeChange(sealer, timed), change: timed.change })),
    readings: readings.map((reading) => encodeReading(sealer, reading)),
  };
}

/**
 * Writes a batch and returns the revision after it. A batch that was applied already changes nothing.
 * Throws `store:revision.conflict`.
 */
export async function applyBatch(transaction: Transaction, sealer: Sealer, batch: EncodedBatch): Promise<number> {
  const { head, applied } = await lockHead(transaction, batch.id);
  if (applied !== null) return applied;
  const { changes, deadLetters = [], memories = [], wipedHomes = [], expectedRevision } = batch;
  if (expectedRevision !== undefined && expectedRevision !== head.seq) {
    throw new CodedError('store:revision.conflict', `the twin is at revision ${head.seq}, not ${expectedRevision}`, {
      hint: 'read again and repeat',
    });
  }

  const rows = linkChanges(
    head,
    changes.map(({ change, ...encoded }) => encoded),
  );
  await createChanges(transaction, rows);
  await writeProjection(transaction, projectChanges(changes));

  const readings = await withoutRepeats(transaction, sealer, batch.readings);
  await createReadings(transaction, numberReadings(head.readings, readings));
  const taken = readings.map(({ reading }) => reading);
  await updatePresent(transaction, sealer, { readings: taken, memories, wipedHomes });
  await appendLetters(transaction, head.letters, deadLetters);

  // Keys first: a body whose key was lost with the power is lost too, a key without a body harms nobody.
  sealer.flush();
  const { seq, chain } = rows.at(-1) ?? head;
  await moveHead(transaction, batch.id, {
    ...head,
    seq,
    chain,
    readings: head.readings + readings.length,
    letters: head.letters + deadLetters.length,
  });
  return seq;
}
