/**
 * Builds OPA's Rego compiler as WebAssembly into `engine/rego/generated/`. Needs Go; users of the product do not.
 *
 *     node tools/buildRegoCompiler.ts            # build
 *     node tools/buildRegoCompiler.ts --check    # build elsewhere and compare with what is committed
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const source = join(import.meta.dirname, 'rego-compiler');
const target = join(import.meta.dirname, '../engine/rego/generated');

const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', CGO_ENABLED: '0', GOFLAGS: '', GOTOOLCHAIN: 'local' };
const wasm = build();
const note = describe(wasm);
if (process.argv.includes('--check')) check();
else write();

function build(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'rego-compiler-'));
  try {
    const output = join(folder, 'opaCompiler.wasm');
    const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-buildmode=c-shared', '-o', output, '.'];
    execFileSync('go', args, { cwd: source, env, stdio: 'inherit' });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(bytes: Buffer): string {
  const go = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
  const opa = /open-policy-agent\/opa (v[\d.]+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8'))?.[1];
  return [
    'made by: node tools/buildRegoCompiler.ts',
    `contents: the Rego compiler of Open Policy Agent ${opa} (github.com/open-policy-agent/opa) and tools/rego-compiler`,
    `compiler: ${go}, GOOS=wasip1 GOARCH=wasm, -trimpath -ldflags='-s -w' -buildmode=c-shared`,
    'licence: Apache-2.0; those of the modules within stand in opaCompiler.licences.txt',
    `sha256 of the uncompressed module: ${createHash('sha256').update(bytes).digest('hex')}`,
    '',
  ].join('\n');
}

// The module is compared uncompressed, since another Brotli may pack the same bytes differently.
function check(): void {
  const committed = brotliDecompressSync(readFileSync(join(target, 'opaCompiler.wasm.br')));
  if (committed.equals(wasm) && readFileSync(join(target, 'opaCompiler.txt'), 'utf8') === note) return;
  console.error('engine/rego/generated is stale: run `node tools/buildRegoCompiler.ts`');
  process.exitCode = 1;
}

function write(): void {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
  };
  writeFileSync(join(target, 'opaCompiler.wasm.br'), brotliCompressSync(wasm, { params }));
  writeFileSync(join(target, 'opaCompiler.txt'), note);
  writeFileSync(join(target, 'opaCompiler.licences.txt'), licences());
}

/** The licences of Go and of every module that is compiled in. */
function licences(): string {
  const format = '{{with .Module}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}';
  const list = execFileSync('go', ['list', '-deps', '-f', format, '.'], { cwd: source, env, encoding: 'utf8' });
  const modules = [...new Set(list.split('\n'))].filter(
    (line) => line !== '' && !line.startsWith('github.com/open-policy-agent/opa/twinward'),
  );
  const go = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  return [`Go\t${go}`, ...modules.sort()]
    .map((line) => {
      const [name, folder] = line.split('\t') as [string, string];
      const file = readdirSync(folder).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
      if (!file) throw new Error(`no licence in ${folder}`);
      return `==== ${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join('\n');
}
