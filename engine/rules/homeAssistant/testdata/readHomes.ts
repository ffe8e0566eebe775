import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { YamlFile } from '../readAutomations.ts';

/** The YAML files of two homes, sorted by path. */
export function readHomes(): readonly YamlFile[] {
  const text = brotliDecompressSync(readFileSync(join(import.meta.dirname, 'homes.jsonl.br'))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as YamlFile);
}
