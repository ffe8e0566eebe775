import type { Place } from '../../twin/CodedError.ts';
import type { DeviceType } from '../../twin/devices/index.ts';
import type { DataPath } from '../documents/DataSource.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { actingOf } from './checks/actingOf.ts';
import { Devices } from './checks/Devices.ts';
import { RULE_CHECKS } from './checks/index.ts';
import type { RuleProblem, Told } from './checks/RuleCheck.ts';
import { type RuleView, ruleView } from './checks/RuleView.ts';
import type { LoadedRule } from './Rule.ts';

/** What rules are checked against. */
export type RuleSetContext = {
  /** Models of devices: all of the catalogue, or those of one home; as `Devices` where many sets are checked. */
  readonly types: Iterable<DeviceType> | Devices;
  /** Which device bears a name, in one home; what is told to a device by its name is not known unless given. */
  readonly named?: ReadonlyMap<string, DeviceType>;
  /** The packs that there are; any may be named unless given. */
  readonly packs?: ReadonlySet<string>;
  /** The scenes of the home; any may be named unless given. */
  readonly scenes?: ReadonlySet<string>;
  /** The policies in force: what they always deny is told too. */
  readonly policies?: PolicyEvaluator;
  /** The rules that are asked about; the others only stand beside them. All unless given. */
  readonly focus?: (rule: LoadedRule) => boolean;
  /** Where a value of a rule stands; only the file and the path are told unless given. */
  readonly place?: (rule: LoadedRule, path: DataPath) => Place;
};

/**
 * Looks at rules together: what one of them says that cannot be, and what several do to each other. Each has loaded by
 * itself (`loadRules`). It never throws, and tells every problem, by file and line.
 *
 * @example
 * const problems = checkRuleSet(rules, { types: catalogueTypes(), place: rulePlaces(root) });
 */
export function checkRuleSet(rules: readonly LoadedRule[], context: RuleSetContext): readonly RuleProblem[] {
  const { types, policies = null, packs = null, scenes = null } = context;
  const { named = new Map(), focus = () => true, place = placeByPath } = context;
  const loaded = new Map(rules.map((each) => [ruleView(each), each] as const));
  const devices = types instanceof Devices ? types : new Devices(types);
  const acting = new Map([...loaded.keys()].map((rule) => [rule, actingOf(rule, devices)]));
  const checkable = {
    rules: [...loaded.keys()],
    devices,
    named,
    actingOf: (rule: RuleView) => acting.get(rule) ?? null,
    packs,
    scenes,
    policies,
    focus: (view: RuleView) => focus(loaded.get(view)!),
  };
  const placed = ({ rule, path }: Pick<Told, 'rule' | 'path'>) => place(loaded.get(rule)!, path);
  return withCauses(RULE_CHECKS.flatMap((check) => [...check(checkable)]))
    .map(
      ({ rule, path, related, severity = 'error', ...told }): RuleProblem => ({
        ...told,
        severity,
        place: placed({ rule, path }),
        ...(related && { related: related.map(placed) }),
      }),
    )
    .sort(byPlace);
}

/** That a rule never acts is told where nothing else in what wakes it and what it asks says why. */
function withCauses(told: readonly Told[]): readonly Told[] {
  const isCause = ({ code, path }: Told) =>
    code !== 'rule:wake.never' && (path[0] === 'on' || path[0] === 'conditions');
  const explained = new Set(told.filter(isCause).map(({ rule }) => rule));
  return told.filter(({ code, rule }) => code !== 'rule:wake.never' || !explained.has(rule));
}

function placeByPath({ file }: LoadedRule, path: DataPath): Place {
  return { file, path: `/${path.join('/')}` };
}

function byPlace({ place: a }: RuleProblem, { place: b }: RuleProblem): number {
  const [one, other] = [a.file ?? '', b.file ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
