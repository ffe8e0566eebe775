import type { ErrorCode, Place } from '../../../twin/CodedError.ts';
import type { DeviceType } from '../../../twin/devices/index.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import type { PolicyEvaluator } from '../../rego/PolicyEvaluator.ts';
import type { Acting } from './actingOf.ts';
import type { RuleProblemCode } from './codes.ts';
import type { Devices } from './Devices.ts';
import type { RuleView } from './RuleView.ts';

/** Something wrong with rules, each of which loads by itself. */
export type RuleProblem = {
  readonly code: ErrorCode;
  /** `warning`: it may be meant; it keeps nothing from being activated. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
  readonly place: Place;
  /** The other places that it is about. */
  readonly related?: readonly Place[];
};

/** What a check may look at. */
export type CheckableRules = {
  readonly rules: readonly RuleView[];
  readonly devices: Devices;
  /** Which device bears a name, in one home; empty where rules are for all homes. */
  readonly named: ReadonlyMap<string, DeviceType>;
  /** Every way in which a rule can come to act: none when it never does, null when they are too many to be looked at. */
  readonly actingOf: (rule: RuleView) => readonly Acting[] | null;
  /** The policies by which effects are decided; null where nobody asks for them. */
  readonly policies: PolicyEvaluator | null;
  /** The names that there are; null where any may be given. */
  readonly packs: ReadonlySet<string> | null;
  readonly scenes: ReadonlySet<string> | null;
  /** Whether a rule is one that is asked about, or stands beside those. */
  readonly focus: (rule: RuleView) => boolean;
};

/** What a check tells; the place is a path of the rule. */
export type Told = Pick<RuleProblem, 'message' | 'hint'> & {
  readonly code: RuleProblemCode;
  readonly severity?: RuleProblem['severity'];
  readonly rule: RuleView;
  readonly path: DataPath;
  readonly related?: readonly { readonly rule: RuleView; readonly path: DataPath }[];
};

/** Looks for one kind of mistake. Checks know nothing of each other, and their order does not matter. */
export type RuleCheck = (of: CheckableRules) => Iterable<Told>;
