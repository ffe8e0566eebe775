import { int } from 'neo4j-driver';
import { FIRST_LINK } from '../chain.ts';
import { signed, unsigned } from './bytes.ts';
import type { Transaction } from './Neo4jConnection.ts';

/** Where the logs of the twin end. */
export type Head = {
  /** Number and link of the last change. */
  readonly seq: number;
  readonly chain: Uint8Array;
  /** Numbers of the last reading, dead letter and batch. */
  readonly readings: number;
  readonly letters: number;
  readonly batches: number;
};

/** Batches remembered, so that one which the driver sends again after a broken connection is not applied twice. */
const REMEMBERED_BATCHES = 1_000;

const HEAD = 'h.seq AS seq, h.chain AS chain, h.readings AS readings, h.letters AS letters, h.batches AS batches';
type HeadRow = Omit<Head, 'chain'> & { readonly chain: Int8Array | null };

/** The head as it was last committed. */
export async function readHead(transaction: Transaction): Promise<Head> {
  const { records } = await transaction.run<HeadRow>(`MATCH (h:TwinHead {id: 'twin'}) RETURN ${HEAD}`);
  return toHead(records[0]!.toObject());
}

/**
 * The head, with its lock held until the transaction ends: transactions read what others commit meanwhile, so without
 * the lock two would count on from one number. `applied` is the revision when the batch was applied already.
 */
export async function lockHead(
  transaction: Transaction,
  batch: string,
): Promise<{ readonly head: Head; readonly applied: number | null }> {
  const { records } = await transaction.run<HeadRow & { readonly applied: number | null }>(
    `MATCH (h:TwinHead {id: 'twin'}) SET h.lockedBy = $batch
     WITH h OPTIONAL MATCH (b:Batch {id: $batch}) RETURN ${HEAD}, b.revision AS applied`,
    { batch },
  );
  const row = records[0]!.toObject();
  return { head: toHead(row), applied: row.applied };
}

/** Moves the head to where a batch ended, and remembers the batch. */
export async function moveHead(transaction: Transaction, batch: string, head: Head): Promise<void> {
  const { seq, readings, letters } = head;
  const number = head.batches + 1;
  await transaction.run(
    `MATCH (h:TwinHead {id: 'twin'})
     SET h.seq = $seq, h.chain = $chain, h.readings = $readings, h.letters = $letters, h.batches = $number
     CREATE (:Batch {id: $batch, number: $number, revision: $seq})
     WITH h MATCH (b:Batch) WHERE b.number <= $forgotten DELETE b`,
    {
      batch,
      seq: int(seq),
      chain: signed(head.chain),
      readings: int(readings),
      letters: int(letters),
      number: int(number),
      forgotten: int(number - REMEMBERED_BATCHES),
    },
  );
}

function toHead({ seq, chain, readings, letters, batches }: HeadRow): Head {
  return { seq, chain: chain ? unsigned(chain) : FIRST_LINK, readings, letters, batches };
}
