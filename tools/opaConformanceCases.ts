/**
 * Makes `engine/rego/conformance/generated/` from the cases that OPA publishes with its source. Needs Go to fetch them.
 *
 *     node tools/opaConformanceCases.ts            # write
 *     node tools/opaConformanceCases.ts --check    # exits 1 when what is committed is not what the module gives
 *
 * Kept are the cases that our compiler takes; the others call builtins that do not run here, and are counted by name.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { parse } from 'yaml';
import { askedCase, BINDINGS } from '../engine/rego/conformance/askedCase.ts';
import type { PublishedCase } from '../engine/rego/conformance/PublishedCase.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';

const MODULE = 'github.com/open-policy-agent/opa';
const FOLDER = 'v1/test/cases/testdata/v1';
const OUT = new URL('../engine/rego/conformance/generated/', import.meta.url);
const CASES = new URL('cases.json.br', OUT);
const HEADER = new URL('cases.txt', OUT);
const LICENCE = new URL('cases.LICENSE', OUT);

/** The members of a case that a run needs. */
const MEMBERS = [
  'note',
  'query',
  'modules',
  'data',
  'input',
  'input_term',
  'want_result',
  'want_error',
  'want_error_code',
  'sort_bindings',
  'strict_error',
] as const satisfies readonly (keyof PublishedCase)[];

/** The source of the version of OPA that our compiler is built from. */
function fetchOpa(): { readonly version: string; readonly folder: string } {
  const cwd = join(import.meta.dirname, 'rego-compiler');
  const args = ['mod', 'download', '-json', MODULE];
  const { Version, Dir } = JSON.parse(execFileSync('go', args, { cwd, encoding: 'utf8' })) as Record<string, string>;
  return { version: Version!, folder: Dir! };
}

function readCases(folder: string): PublishedCase[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const names = new Map<string, number>();
  return files.sort().flatMap((file) => {
    const { cases } = parse(readFileSync(join(folder, file), 'utf8'), { intAsBigInt: true }) as {
      cases: PublishedCase[];
    };
    return cases.map((one) => {
      const count = (names.get(one.note) ?? 0) + 1;
      names.set(one.note, count);
      return trim({ ...one, note: count === 1 ? one.note : `${one.note} (${count})` });
    });
  });
}

function trim(one: PublishedCase): PublishedCase {
  const kept = MEMBERS.filter((member) => one[member] !== undefined && one[member] !== null);
  const trimmed = Object.fromEntries(kept.map((member) => [member, one[member]]));
  const { want_result: want, ...asked } = trimmed;
  const text = JSON.stringify({ ...asked, want_result: want }, (_key, value: unknown) => {
    if (typeof value !== 'bigint') return value;
    if (Number.isSafeInteger(Number(value))) return Number(value);
    return { integer: String(value) };
  });
  return JSON.parse(text) as PublishedCase;
}

/** Tells the cases that our compiler takes from those that it refuses, with the builtins that it does not know. */
async function selectCases(all: readonly PublishedCase[]) {
  const compiler = new RegoCompiler();
  const kept: PublishedCase[] = [];
  const refused = new Map<string, number>();
  for (const one of all) {
    const result = await compiler.compile(askedCase(one).modules, { entrypoints: [BINDINGS], strict: false });
    if (result.kind === 'compiled') kept.push(one);
    else {
      const why = reasonOf(result.problems.map(({ message }) => message));
      refused.set(why, (refused.get(why) ?? 0) + 1);
    }
  }
  await compiler.close();
  return { kept, refused: [...refused].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function reasonOf(messages: readonly string[]): string {
  const unknown = messages.flatMap((message) => /^undefined function (\S+)/.exec(message)?.[1] ?? []);
  if (unknown.length > 0) return unknown[0]!;
  if (messages.some((message) => message.startsWith('with keyword target must reference')))
    return 'one replaced by `with`';
  if (messages.some((message) => message.includes('is recursive')))
    return 'none: the query asks for the whole of `data`';
  throw new Error(`a case does not compile: ${messages.join('\n')}`);
}

const { version, folder } = fetchOpa();
const all = readCases(join(folder, FOLDER));
const { kept, refused } = await selectCases(all);
const json = JSON.stringify(kept);
const licence = readFileSync(join(folder, 'LICENSE'), 'utf8');
const header = [
  "cases.json.br: OPA's published cases. Generated, do not edit.",
  'command: node tools/opaConformanceCases.ts',
  `source: ${FOLDER} of the Go module ${MODULE} ${version}, licence Apache-2.0 (cases.LICENSE)`,
  `holds: ${kept.length} of ${all.length} cases; integers that no double holds stand as {"integer": text}`,
  `sha256 of the JSON: ${createHash('sha256').update(json).digest('hex')}`,
  '',
  'left out, by the first builtin that does not run here:',
  ...refused.map(([why, count]) => `${String(count).padStart(4)} ${why}`),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  const fresh =
    readFileSync(HEADER, 'utf8') === header &&
    readFileSync(LICENCE, 'utf8') === licence &&
    brotliDecompressSync(readFileSync(CASES)).toString() === json;
  if (!fresh) console.error("OPA's published cases are stale: run `node tools/opaConformanceCases.ts`");
  process.exit(fresh ? 0 : 1);
}
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
const compressed = brotliCompressSync(json, { params });
writeFileSync(CASES, compressed);
writeFileSync(HEADER, header);
writeFileSync(LICENCE, licence);
console.log(`${header}${json.length} bytes of JSON, ${compressed.length} compressed`);
