import { isDeepStrictEqual } from 'node:util';
import type { RegoModule } from '../rego/Compiled.ts';
import { compareModules } from '../rego/composeDraft.ts';
import type { PolicyBundle } from '../rego/loadPolicies.ts';
import type { RegoCompiler } from '../rego/RegoCompiler.ts';
import { type EditedBundle, recompilePolicies } from '../rego/recompilePolicies.ts';
import type { Scenario } from '../simulate/Scenario.ts';
import { chooseSides, loadSide, refusedPolicies } from './loadSides.ts';
import type { PolicySet } from './PolicySet.ts';
import type { SidePorts } from './SidePorts.ts';

type Loaded<Bundle> = { readonly set: PolicySet; readonly bundle: Bundle };

/**
 * The sides of a scenario while an author edits its policies: what is as it was is not compiled again, and of what is
 * proposed only the policies that differ from the baseline are.
 */
export class EditedSides {
  readonly #ports: SidePorts & { readonly compiler: RegoCompiler };
  #baseline: Loaded<PolicyBundle> | undefined;
  #proposed: Loaded<EditedBundle> | undefined;
  #modules = new Map<string, RegoModule>();

  constructor(ports: SidePorts & { readonly compiler: RegoCompiler }) {
    this.#ports = ports;
  }

  /** The sides as their files are now. Rejects as `loadSides` does; the next edit may be right. */
  async load(scenario: Scenario): Promise<{ readonly baseline: PolicyBundle; readonly proposed: EditedBundle }> {
    const { baseline, proposed, what } = await chooseSides(scenario, this.#ports);
    const [before, after] = this.#sameObjects([baseline, proposed]);
    if (!this.#baseline || !isDeepStrictEqual(this.#baseline.set, before)) {
      this.#proposed = undefined;
      this.#baseline = { set: before, bundle: await loadSide(before, before, 'the baseline', this.#ports) };
    }
    if (!this.#proposed || !isDeepStrictEqual(this.#proposed.set, after)) {
      this.#proposed = { set: after, bundle: await this.#edit(this.#baseline, after, what) };
    }
    return { baseline: this.#baseline.bundle, proposed: this.#proposed.bundle };
  }

  async #edit(baseline: Loaded<PolicyBundle>, set: PolicySet, what: string): Promise<EditedBundle> {
    const loaded = { modules: baseline.set.modules, bundle: baseline.bundle };
    const { inputSchema } = set;
    const changes = compareModules(loaded.modules, set.modules);
    const edited = isDeepStrictEqual(inputSchema, baseline.set.inputSchema)
      ? await recompilePolicies(loaded, set.modules, { changes, inputSchema, compiler: this.#ports.compiler })
      : null;
    if (!edited) return loadSide(set, baseline.set, what, this.#ports);
    if (edited.kind === 'rejected') throw refusedPolicies(what, edited.problems);
    return edited.bundle;
  }

  /** Modules that are as they were are the same objects again, for which what was read of their text is known. */
  #sameObjects(sets: readonly [PolicySet, PolicySet]): readonly [PolicySet, PolicySet] {
    const known = this.#modules;
    const now = new Map<string, RegoModule>();
    this.#modules = now;
    const same = ({ modules, ...set }: PolicySet): PolicySet => ({
      ...set,
      modules: modules.map((module) => {
        const key = `${module.file}\n${module.source}`;
        const kept = now.get(key) ?? known.get(key) ?? module;
        now.set(key, kept);
        return kept;
      }),
    });
    return [same(sets[0]), same(sets[1])];
  }
}
