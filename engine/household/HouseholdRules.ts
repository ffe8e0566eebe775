import type { Change } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { LoadedRule } from '../rules/Rule.ts';
import type { RulesInForce } from '../rules/RulesInForce.ts';
import type { RuleSet } from './RuleSet.ts';
import { rulesOfHome } from './rulesOfHome.ts';

type Ports = {
  readonly graph: Pick<TwinGraph, 'homes'>;
  readonly rules: Pick<RulesInForce, 'setOfHome' | 'removeOfHome' | 'takeUp'>;
  readonly set: () => RuleSet;
};

/** Keeps the rules in force with what households set: of a home that sets something only its own are looked at. */
export class HouseholdRules {
  readonly #ports: Ports;
  /** What each home brought into force, by home and id. */
  readonly #known = new Map<string, ReadonlyMap<string, LoadedRule>>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Brings the rules of all homes into force: at a start, and when packs or shared conditions are others. */
  followAll(): void {
    for (const home of this.#known.keys()) this.#follow(home, true);
    for (const [id, { household }] of this.#ports.graph.homes)
      if (household && !this.#known.has(id)) this.#follow(id, true);
  }

  /** Takes in a change that the graph has. */
  hear(change: Change): void {
    switch (change.kind) {
      case 'home_rule_changed':
      case 'pack_switched':
      // It clears what the household before had set.
      case 'lease_transitioned':
        this.#follow(change.home, false);
        break;
      default:
    }
  }

  #follow(id: string, anew: boolean): void {
    const { graph, rules, set } = this.#ports;
    const home = graph.homes.get(id);
    const before = this.#known.get(id) ?? NONE;
    const now = new Map((home ? rulesOfHome(home, set()) : []).map((each) => [each.rule.id, each]));
    for (const gone of before.keys()) if (!now.has(gone)) rules.removeOfHome(gone);
    for (const [rule, loaded] of now) {
      const same = !anew && before.has(rule) && isSame(before.get(rule)!, loaded);
      if (!same) rules.setOfHome(id, loaded);
    }
    if (home && now.size > 0) rules.takeUp(home);
    if (now.size > 0) this.#known.set(id, now);
    else this.#known.delete(id);
  }
}

const NONE: ReadonlyMap<string, LoadedRule> = new Map();

/** A rule that another change of its home left as it was keeps what it has counted. */
function isSame(a: LoadedRule, b: LoadedRule): boolean {
  return JSON.stringify(a.rule) === JSON.stringify(b.rule);
}
