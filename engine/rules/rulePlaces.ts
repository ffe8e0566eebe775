import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../twin/CodedError.ts';
import { type DataPath, DataSource } from '../documents/DataSource.ts';
import type { LoadedRule } from './Rule.ts';

/** Finds where values stand in the files of rules under a root; each file is read when something in it is first asked for. */
export function rulePlaces(root: string): (rule: Pick<LoadedRule, 'file'>, path: DataPath) => Place {
  const sources = new Map<string, DataSource>();
  return ({ file }, path) => {
    const source = sources.get(file) ?? new DataSource(file, readFileSync(join(root, file), 'utf8'), 'rule');
    sources.set(file, source);
    return source.place(path);
  };
}
