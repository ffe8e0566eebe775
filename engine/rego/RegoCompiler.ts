import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { invariant } from '../../twin/CodedError.ts';
import type { Compiled, CompileOptions, CompileResult, Problem, RegoModule } from './Compiled.ts';
import type { CompileAnswer, CompileReply, CompileRequest } from './CompileRequest.ts';

/** What the compiler read of some modules, and all that it found wrong with them. */
export type Inspected = Required<Omit<CompileAnswer, 'wasm' | 'plan'>> & {
  /** What it made of them; null when something is wrong. */
  readonly compiled: Compiled | null;
};

/** The compiler's memory grows with what it compiles and is never given back; beyond 2 GiB it cannot be addressed. */
const MOST_MEMORY = 2 ** 30;

/**
 * OPA's compiler in a worker thread. Starting takes about a second, a compilation then 50 to 100 ms. It holds some 330 MB
 * until it is closed, and after thousands of compilations starts anew.
 */
export class RegoCompiler {
  readonly #mostMemory: number;
  #worker = startWorker();
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ mostMemory = MOST_MEMORY }: { readonly mostMemory?: number } = {}) {
    this.#mostMemory = mostMemory;
  }

  /** Compiles modules into one policy. Problems are values; each has its place. */
  async compile(modules: readonly RegoModule[], options: CompileOptions): Promise<CompileResult> {
    const { entrypoints, strict = true, inputSchema } = options;
    const answer = await this.#ask({ modules, entrypoints, strict, inputSchema });
    if (answer.diagnostics.length > 0) return { kind: 'rejected', problems: answer.diagnostics };
    const { wasm, plan, packages, rules, formatted } = answer;
    invariant(wasm && plan, 'the compiler answers with a policy or with problems');
    return {
      kind: 'compiled',
      compiled: { hash: compileHash(modules, options), wasm, plan, packages, rules, formatted },
    };
  }

  /** The packages and rules of modules that parse, without compiling them. */
  async describe(modules: readonly RegoModule[]): Promise<Pick<CompileAnswer, 'packages' | 'rules' | 'diagnostics'>> {
    const { packages, rules, diagnostics } = await this.#ask({
      modules,
      entrypoints: [],
      strict: false,
      formatOnly: true,
    });
    return { packages, rules, diagnostics };
  }

  /**
   * Compiles modules and tells what it read of them, too. What could be read of a module comes back even when others, or parts
   * of it, are wrong.
   */
  async inspect(modules: readonly RegoModule[], options: CompileOptions): Promise<Inspected> {
    const { entrypoints, strict = true, inputSchema } = options;
    const request = { modules, entrypoints, strict, inputSchema, syntax: true, builtins: true };
    const { syntax = {}, builtins = [], wasm, plan, diagnostics, ...read } = await this.#ask(request);
    const compiled = wasm && plan ? { hash: compileHash(modules, options), wasm, plan, ...read } : null;
    return { syntax, builtins, diagnostics, ...read, compiled };
  }

  /** Formats a module as OPA's formatter does; a problem that keeps it from parsing is a value. */
  async format(module: RegoModule): Promise<{ text: string } | { problems: CompileAnswer['diagnostics'] }> {
    const answer = await this.#ask({ modules: [module], entrypoints: [], strict: false, formatOnly: true });
    const text = answer.formatted[module.file];
    return text === undefined ? { problems: answer.diagnostics } : { text };
  }

  /** Ends the worker and gives its memory back. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
  }

  // The worker answers in order, one request at a time.
  #ask(request: CompileRequest): Promise<CompileAnswer> {
    const turn = this.#last.then(() => this.#answer(request));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  // A module can be too deep for the compiler's stack, which ends the worker. That is the module's fault, not a bug of
  // ours, and the next request finds a worker as before.
  async #answer(request: CompileRequest): Promise<CompileAnswer> {
    try {
      const { answer, memory } = await exchange(this.#worker, request);
      if (memory > this.#mostMemory && !this.#closed) await this.#startAnew();
      return answer;
    } catch (error) {
      if (this.#closed) throw error;
      await this.#startAnew();
      return { formatted: {}, packages: [], rules: [], diagnostics: [gaveUp(request, error)] };
    }
  }

  async #startAnew(): Promise<void> {
    await this.#worker.terminate();
    if (!this.#closed) this.#worker = startWorker();
  }
}

function startWorker(): Worker {
  // Flags of this process, such as --eval, are none of the worker's.
  const worker = new Worker(new URL('./compile.worker.ts', import.meta.url), { execArgv: [] });
  // Nothing is lost when the process ends while the compiler idles; a compilation under way holds it.
  worker.unref();
  return worker;
}

function gaveUp({ modules: [first, ...others] }: CompileRequest, error: unknown): Problem {
  const message = `the compiler gave up: ${error instanceof Error ? error.message : String(error)}`;
  return {
    code: 'rego_compiler_gave_up',
    message,
    ...(first && others.length === 0 && { file: first.file, row: 1, col: 1 }),
  };
}

function exchange(worker: Worker, request: CompileRequest): Promise<CompileReply> {
  const { promise, resolve, reject } = Promise.withResolvers<CompileReply>();
  const ended = (code: number) => reject(new Error(`the compiler's worker ended with code ${code}`));
  worker.once('message', resolve).once('error', reject).once('exit', ended);
  worker.ref();
  worker.postMessage(request);
  return promise.finally(() => {
    worker.off('message', resolve).off('error', reject).off('exit', ended);
    worker.unref();
  });
}

/** The digest under which a compilation can be kept: of the modules, the options and the compiler itself. */
export function compileHash(modules: readonly RegoModule[], options: CompileOptions): string {
  compilerNote ??= readFileSync(new URL('./generated/opaCompiler.txt', import.meta.url), 'utf8');
  const { entrypoints, strict = true, inputSchema = null } = options;
  const sorted = modules.map(({ file, source }) => [file, source]).sort(([a], [b]) => (a! < b! ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([compilerNote, sorted, entrypoints, strict, inputSchema]))
    .digest('hex');
}
let compilerNote: string | undefined;
