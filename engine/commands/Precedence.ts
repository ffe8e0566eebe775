import type { AlarmKind, Claimant, DeviceKind } from '../../twin/words.ts';
import { CLAIMANTS } from '../../twin/words.ts';

/** How long what is commanded stands against others: for so many milliseconds, until its alarm is reset, until an inspection. */
export type HoldRule =
  | { readonly until: 'for'; readonly ms: number }
  /** `otherwise` is for what answers no alarm. */
  | { readonly until: 'alarm_reset'; readonly otherwise: number }
  | { readonly until: 'inspected' };

/** What goes for some commands in place of the order. Each member narrows which; one that is missing fits all. */
export type PrecedenceException = {
  readonly id: string;
  readonly title: string;
  readonly clauses: readonly string[];
  readonly kinds?: readonly DeviceKind[];
  readonly properties?: readonly string[];
  readonly claimants?: readonly Claimant[];
  /** Kinds of alarm that the command answers. */
  readonly alarms?: readonly AlarmKind[];
  /** What it tells the property. */
  readonly values?: readonly unknown[];
  readonly hold?: HoldRule;
  /** It comes before all others. */
  readonly first?: boolean;
  /** Another order, strongest first. It goes for the whole actuator, so that only `kinds` and `properties` may narrow it. */
  readonly order?: readonly Claimant[];
};

/** Who wins an actuator, as `rules/precedence.yaml` declares it. */
export type Precedence = {
  /** Strongest first. */
  readonly order: readonly Claimant[];
  readonly holds: Readonly<Record<Claimant, HoldRule>>;
  /** Those whose commands take effect later when what they lost to is over. */
  readonly resumes: readonly Claimant[];
  readonly exceptions: readonly PrecedenceException[];
};

const MINUTE = 60_000;

/** What goes where nothing is declared, or what is declared cannot be read: safety first, and it holds. */
export const BUILT_IN_PRECEDENCE: Precedence = {
  order: CLAIMANTS,
  holds: {
    life_safety: { until: 'alarm_reset', otherwise: 30 * MINUTE },
    security: { until: 'alarm_reset', otherwise: 10 * MINUTE },
    resident: { until: 'for', ms: 60 * MINUTE },
    landlord: { until: 'for', ms: 60 * MINUTE },
    community: { until: 'for', ms: 30 * MINUTE },
    grid: { until: 'for', ms: 30 * MINUTE },
  },
  resumes: ['security'],
  exceptions: [],
};
