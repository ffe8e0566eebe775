import { getRandomValues } from 'node:crypto';

const OK = 0;
const BAD_DESCRIPTOR = 8;
const NO_ENTRY = 44;

/**
 * The part of WASI preview 1 that OPA's compiler asks for: a clock, random bytes and a place to write a panic. It sees no
 * files, arguments or environment. Node's own `node:wasi` would print a warning, and exists in Node alone.
 *
 * @param memory the module's memory, once it is there
 * @param stderr is handed what the module writes
 */
export function wasi(memory: () => WebAssembly.Memory, stderr: (text: string) => void): WebAssembly.ModuleImports {
  const view = () => new DataView(memory().buffer);
  const bytes = (address: number, length: number) => new Uint8Array(memory().buffer, address, length);

  return {
    args_get: () => OK,
    args_sizes_get: noList,
    environ_get: () => OK,
    environ_sizes_get: noList,
    clock_time_get(_clock: number, _precision: bigint, out: number) {
      view().setBigUint64(out, BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)), true);
      return OK;
    },
    random_get(address: number, length: number) {
      getRandomValues(bytes(address, length));
      return OK;
    },
    sched_yield: () => OK,
    proc_exit(code: number): never {
      throw new Error(`the compiler ended with code ${code}`);
    },
    fd_write(_descriptor: number, vectors: number, count: number, written: number) {
      let total = 0;
      for (let index = 0; index < count; index++) {
        const length = view().getUint32(vectors + index * 8 + 4, true);
        stderr(new TextDecoder().decode(bytes(view().getUint32(vectors + index * 8, true), length)));
        total += length;
      }
      view().setUint32(written, total, true);
      return OK;
    },
    // The Go runtime polls when all of its goroutines sleep; the first subscription is answered at once.
    poll_oneoff(subscriptions: number, events: number, _count: number, ready: number) {
      view().setBigUint64(events, view().getBigUint64(subscriptions, true), true);
      view().setUint32(events + 8, 0, true);
      view().setUint32(ready, 1, true);
      return OK;
    },
    fd_fdstat_get: () => BAD_DESCRIPTOR,
    fd_fdstat_set_flags: () => BAD_DESCRIPTOR,
    fd_filestat_get: () => BAD_DESCRIPTOR,
    fd_prestat_get: () => BAD_DESCRIPTOR,
    fd_prestat_dir_name: () => BAD_DESCRIPTOR,
    fd_close: () => BAD_DESCRIPTOR,
    fd_read: () => BAD_DESCRIPTOR,
    fd_readdir: () => BAD_DESCRIPTOR,
    path_filestat_get: () => NO_ENTRY,
    path_open: () => NO_ENTRY,
    path_readlink: () => NO_ENTRY,
  };

  function noList(count: number, size: number): number {
    view().setUint32(count, 0, true);
    view().setUint32(size, 0, true);
    return OK;
  }
}
