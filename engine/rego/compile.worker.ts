/**
 * The worker that holds OPA's compiler: a module of 29 MB and a heap that reaches 330 MB, so it is ended after use.
 * It takes `CompileRequest`s and posts one `CompileReply` for each.
 */
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { brotliDecompressSync } from 'node:zlib';
import { invariant } from '../../twin/CodedError.ts';
import type { CompileAnswer, CompileReply, CompileRequest } from './CompileRequest.ts';
import { wasi } from './wasi.ts';

type Exports = {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly allocate: (size: number) => number;
  readonly run: (size: number) => number;
  readonly answer_address: () => number;
};

const compiler = start();
invariant(parentPort, 'compile.worker.ts runs as a worker');
const port = parentPort;
port.on('message', (request: CompileRequest) => {
  const reply: CompileReply = { answer: answer(request), memory: compiler.memory.buffer.byteLength };
  port.postMessage(reply);
});

function start(): Exports {
  const packed = readFileSync(new URL('./generated/opaCompiler.wasm.br', import.meta.url));
  let exports: Exports | undefined;
  const memory = () => {
    invariant(exports, 'the module asks for its memory after it was made');
    return exports.memory;
  };
  const module = new WebAssembly.Module(brotliDecompressSync(packed));
  const imports = { wasi_snapshot_preview1: wasi(memory, (text) => process.stderr.write(text)) };
  exports = new WebAssembly.Instance(module, imports).exports as Exports;
  exports._initialize();
  return exports;
}

function answer(request: CompileRequest): CompileAnswer {
  const body = new TextEncoder().encode(JSON.stringify(request));
  // The memory may move while the module allocates, so its buffer is taken afresh each time.
  const address = compiler.allocate(body.length);
  new Uint8Array(compiler.memory.buffer).set(body, address);
  const length = compiler.run(body.length);
  const text = new TextDecoder().decode(new Uint8Array(compiler.memory.buffer, compiler.answer_address(), length));
  const { wasm, ...rest } = JSON.parse(text) as Omit<CompileAnswer, 'wasm'> & { wasm?: string };
  return wasm === undefined ? rest : { ...rest, wasm: new Uint8Array(Buffer.from(wasm, 'base64')) };
}
