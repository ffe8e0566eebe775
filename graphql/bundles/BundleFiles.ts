import { closeSync, fsyncSync, globSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleFile, formatBundle, manifestDigest } from '../../engine/bundle/BundleFile.ts';
import { type OpenedBundle, openBundle, openCompiledBundle } from '../../engine/bundle/openBundle.ts';
import type { Proof } from '../../engine/bundle/proveBundle.ts';
import { proveInWorker } from '../../engine/bundle/proveInWorker.ts';
import { withUnpacked } from '../../engine/bundle/unpackBundle.ts';
import { readCompiled } from '../../engine/rego/compileCache.ts';
import { keptBundleFile, readKeptBundle } from './keptBundle.ts';

type Options = {
  /** The repository's root, for the schemas that are the program's. */
  readonly root: string;
  readonly folder: string;
  /** Codes what was compiled here, so that nobody else's code is run. */
  readonly cacheKey: Uint8Array;
};

/** The bundles that lie in a data folder, each under the digest of its manifest, and what was compiled of them. */
export class BundleFiles {
  readonly #root: string;
  readonly #dataFolder: string;
  readonly #folder: string;
  readonly #cacheKey: Uint8Array;

  constructor({ root, folder, cacheKey }: Options) {
    this.#root = root;
    this.#dataFolder = folder;
    this.#folder = join(folder, 'bundles');
    this.#cacheKey = cacheKey;
    // What a killed process had laid out: the folder is ours alone now.
    for (const left of globSync(join(this.#folder, 'unpacked-*'))) rmSync(left, { recursive: true, force: true });
  }

  /** Makes a bundle's file durable: whoever activates it may find no power a moment later. */
  keep(bundle: BundleFile): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = keptBundleFile(this.#dataFolder, manifestDigest(bundle.manifest));
    const file = openSync(`${path}.new`, 'w', 0o600);
    writeSync(file, formatBundle(bundle));
    fsyncSync(file);
    closeSync(file);
    renameSync(`${path}.new`, path);
  }

  /** A bundle by the digest of its manifest; null when it is not here. Throws as `parseBundle` does for one that was altered. */
  read(digest: string): BundleFile | null {
    return readKeptBundle(this.#dataFolder, digest);
  }

  /** Opens a bundle; one that was proved or opened here before is not compiled again. */
  open(bundle: BundleFile, proof: Proof | null = null): Promise<OpenedBundle> {
    return this.#unpacked(bundle, async (folder) => {
      const compiled = proof && readCompiled(this.#folder, proof.compiled, this.#cacheKey);
      if (compiled) return openCompiledBundle(folder, compiled);
      return openBundle(folder, { cache: this.#folder, cacheKey: this.#cacheKey });
    });
  }

  prove(bundle: BundleFile): Promise<Proof> {
    return this.#unpacked(bundle, (folder) => proveInWorker({ folder, cache: this.#folder, cacheKey: this.#cacheKey }));
  }

  #unpacked<Result>(bundle: BundleFile, work: (folder: string) => Promise<Result>): Promise<Result> {
    return withUnpacked(bundle, { root: this.#root, scratch: this.#folder }, work);
  }
}
