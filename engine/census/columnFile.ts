import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ColumnsSnapshot } from './ColumnsSnapshot.ts';
import { type NumberBlock, numberBlock } from './Numbers.ts';
import type { PeopleSnapshot } from './PeopleColumn.ts';
import type { OpenedHomes } from './populationSource.ts';

/** Rises with every change to what a file holds; one of another version is not read, and homes are read instead. */
const VERSION = 1;
const DIGEST_BYTES = 32;

/** What a file keeps: columns, and what their source knows once all homes were opened. */
export type KeptColumns = { readonly columns: ColumnsSnapshot; readonly opened: OpenedHomes };

/** What stands in a file as JSON, in front of the blocks. */
type Header = Omit<ColumnsSnapshot, 'numbers' | 'people' | 'pairs' | 'around'> & {
  readonly version: number;
  readonly of: string;
  readonly askings: readonly ColumnsSnapshot['pairs'][number]['asking'][];
  readonly people: Omit<PeopleSnapshot, 'tupleOf'>;
  readonly opened: number;
  readonly blocks: readonly { readonly bytes: number; readonly length: number }[];
};

/**
 * Keeps columns in a file: a digest, the length of the header, the header as JSON, then the blocks of numbers in the
 * machine's own order. A folder that cannot be written to costs the next start the reading of homes, and no more.
 *
 * @param of names all that the columns were made of: reading asks for the same
 */
export function writeColumns(file: string, of: string, { columns, opened }: KeptColumns): void {
  const { numbers, people, pairs, around: _, ...rest } = columns;
  const blocks = [
    ...blocksOf(numbers),
    people.tupleOf,
    ...pairs.flatMap(({ homes, tuples }) => [homes, tuples]),
    opened.subjects,
    opened.homes,
  ];
  const header: Header = {
    version: VERSION,
    of,
    ...rest,
    people: { tuples: people.tuples, shared: people.shared },
    askings: pairs.map(({ asking }) => asking),
    opened: opened.revision,
    blocks: blocks.map(({ BYTES_PER_ELEMENT: bytes, length }) => ({ bytes, length })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Renamed when whole, so that a reader sees all of it or none.
    const partial = `${file}.${process.pid}`;
    writeWithDigest(partial, [size, text, ...blocks.map(bytesOf)]);
    renameSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** The columns of a file; null when there is none, when it was damaged, or made of something else. */
export function readColumns(file: string, of: string): KeptColumns | null {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    return readWhole(descriptor, of);
  } catch {
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readWhole(descriptor: number, of: string): KeptColumns | null {
  const hash = createHash('sha256');
  const read = (bytes: Uint8Array): Buffer => {
    fill(descriptor, bytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  };
  const digest = read(new Uint8Array(DIGEST_BYTES));
  const size = read(new Uint8Array(4));
  const text = read(new Uint8Array(size.readUInt32LE()));
  const { version, of: made, people, askings, opened, blocks: sizes, ...rest } = JSON.parse(text.toString()) as Header;
  if (version !== VERSION || made !== of) return null;
  hash.update(size).update(text);
  const blocks = sizes.map(({ bytes, length }) => {
    const block = numberBlock(bytes, length);
    hash.update(read(bytesOf(block)));
    return block;
  });
  if (!hash.digest().equals(digest)) return null;
  const next = blocks.values();
  const take = (): NumberBlock => next.next().value!;
  const numbers = { areaOf: take(), tupleOf: take(), deviceStart: take(), deviceCount: take(), devices: take() };
  const tupleOf = take();
  const pairs = askings.map((asking) => ({ asking, homes: take(), tuples: take() }));
  return {
    columns: { ...rest, numbers, people: { ...people, tupleOf }, pairs, around: null },
    opened: { revision: opened, subjects: take(), homes: take() },
  };
}

function blocksOf({ areaOf, tupleOf, deviceStart, deviceCount, devices }: ColumnsSnapshot['numbers']): NumberBlock[] {
  return [areaOf, tupleOf, deviceStart, deviceCount, devices];
}

function bytesOf(block: NumberBlock): Uint8Array {
  return new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
}

/** Writes a digest of the parts and the parts. */
function writeWithDigest(file: string, parts: readonly Uint8Array[]): void {
  const descriptor = openSync(file, 'w');
  try {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    for (const part of [hash.digest(), ...parts]) {
      for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
    }
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Fills bytes from where a file stands. Throws where it ends before. */
function fill(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, null);
    if (count === 0) throw new Error('the file ends too soon');
    at += count;
  }
}
