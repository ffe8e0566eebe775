import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CodedError, type Place } from '../../twin/CodedError.ts';
import { type ClauseRegister, clause } from './ClauseRegister.ts';

/** A duty that people have done and somebody answers for. */
export type DutyRecord = {
  readonly title: string;
  readonly clauses: readonly string[];
  /** Who answers for it. */
  readonly owner: string;
  /** The day it was done, `2026-11-21`. */
  readonly date: string;
  readonly place: Place;
};

/**
 * The signed records of people's duties, `docs/records/*.yaml`.
 *
 * `engine:record.invalid` when one has no title, owner, date or clauses, or names a clause that is no duty of people:
 * what the product has to do itself is shown by a test and not by a signature.
 */
export function readRecords(root: string, register: ClauseRegister): readonly DutyRecord[] {
  const folder = join(root, 'docs', 'records');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readRecord(`docs/records/${file}`, readFileSync(join(folder, file), 'utf8'), register));
}

function readRecord(file: string, source: string, register: ClauseRegister): DutyRecord {
  const { title, owner, date, clauses } = parseFields(file, source);
  const problem = (message: string): CodedError =>
    new CodedError('engine:record.invalid', message, { place: { file } });
  if (typeof title !== 'string' || title === '') throw problem('the record has no `title`');
  if (typeof owner !== 'string' || owner === '') throw problem('the record has no `owner`');
  if (typeof date !== 'string' || !isDay(date)) throw problem('the record has no `date` such as `2026-11-21`');
  if (!Array.isArray(clauses) || clauses.length === 0) throw problem('the record names no `clauses`');
  const ids = clauses.map(String);
  for (const id of ids) {
    if (!clause(register, id).enforced_by.includes('process')) {
      throw problem(`clause \`${id}\` is no duty of people: a test has to show it`);
    }
  }
  return { title, owner, date, clauses: ids, place: { file } };
}

function parseFields(file: string, source: string): Readonly<Partial<Record<keyof DutyRecord, unknown>>> {
  try {
    return (parse(source) ?? {}) as Partial<Record<keyof DutyRecord, unknown>>;
  } catch (cause) {
    throw new CodedError('engine:record.invalid', 'the record is not valid YAML', { place: { file }, cause });
  }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}
