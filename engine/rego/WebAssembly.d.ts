/**
 * The part of the WebAssembly API that the product uses. Node has it, `@types/node` leaves it to the browser's types, which
 * we do not want to see in the server.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, ModuleImports>>);
    readonly exports: unknown;
  }
  type ModuleImports = Readonly<Record<string, unknown>>;
}
