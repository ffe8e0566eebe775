import { join } from 'node:path';
import type { Bundle, Bundles } from '../engine/Bundles.ts';
import { readCompiled } from '../engine/rego/compileCache.ts';
import { loadPolicies, openCompiled } from '../engine/rego/loadPolicies.ts';
import { CodedError } from '../twin/CodedError.ts';

/** The bundles of a data folder: the policies of the repository, and every one that was compiled here before. */
export class FolderBundles implements Bundles {
  readonly #policies: string;
  readonly #cache: string;
  readonly #known = new Map<string, Bundle>();
  #active: Bundle | null = null;
  /** Why there is no active bundle. */
  problems: readonly string[] = ['the policies are being loaded'];

  constructor({ policies, folder }: { readonly policies: string; readonly folder: string }) {
    this.#policies = policies;
    this.#cache = join(folder, 'bundles');
  }

  /** Loads the policies and makes them the active bundle. With any problem there is none, and `problems` says why. */
  async load(): Promise<void> {
    try {
      const load = await loadPolicies(this.#policies, { cache: this.#cache });
      if (load.kind === 'rejected') {
        this.problems = load.problems.map(({ file, row, message }) => `${file ?? 'policies'}:${row ?? ''}: ${message}`);
        return;
      }
      this.#active = load.bundle;
      this.#known.set(load.bundle.id, load.bundle);
      this.problems = [];
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.problems = [error.message];
    }
  }

  active(): Bundle {
    if (this.#active) return this.#active;
    throw new CodedError('policy:bundle.missing', 'no policies are active, so nothing is answered', {
      hint: 'see `twinward check`',
    });
  }

  async find(id: string): Promise<Bundle | null> {
    const known = this.#known.get(id);
    if (known) return known;
    const compiled = readCompiled(this.#cache, id);
    if (!compiled) return null;
    const bundle: Bundle = openCompiled(compiled);
    this.#known.set(id, bundle);
    return bundle;
  }
}
