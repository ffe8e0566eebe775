import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { PublishedCase } from './PublishedCase.ts';

/** Reads OPA's published cases for the builtins that our compiler knows. `generated/cases.txt` says where they are from. */
export function publishedCases(): readonly PublishedCase[] {
  const packed = readFileSync(new URL('./generated/cases.json.br', import.meta.url));
  return JSON.parse(brotliDecompressSync(packed).toString()) as readonly PublishedCase[];
}
