import type { Logger } from 'pino';
import type { Activation } from '../engine/activate.ts';
import type { Bundles } from '../engine/Bundles.ts';
import type { Clock } from '../engine/Clock.ts';
import type { Clause } from '../engine/clauses/ClauseRegister.ts';
import type { CommandDelivery } from '../engine/commands/CommandDelivery.ts';
import type { DecisionRecords } from '../engine/Decision.ts';
import type { History } from '../engine/fulfil.ts';
import type { RuleSet } from '../engine/household/RuleSet.ts';
import type { Rehearsal } from '../engine/household/rehearseRule.ts';
import type { RolloutStart } from '../engine/rollOut.ts';
import type { PlanWords } from '../engine/rollout/parsePlan.ts';
import type { RolloutStatus } from '../engine/rollout/rolloutStatus.ts';
import type { LoadedRule } from '../engine/rules/Rule.ts';
import type { ActivationRecord } from '../trust/activations/ActivationRecord.ts';
import type { AuditEntry, Notice } from '../trust/audit/AuditEntry.ts';
import type { AuditReport } from '../trust/audit/verifyAudit.ts';
import type { FoundReaction, ReactionQuery, ReactionRow } from '../trust/reactions/ReactionLog.ts';
import type { TrustedKey } from '../trust/signing/trustedKeys.ts';
import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { DeadLetter, DeadLetterCount } from '../twin/TwinStore.ts';
import type { AlarmState, Tier } from '../twin/words.ts';
import type { ActivationOptions } from './bundles/FolderBundles.ts';
import type { Metrics } from './http/createMetrics.ts';
import type { PastHome } from './pastHome.ts';
import type { GuardedTwin } from './simulations/GuardedTwin.ts';
import type { Simulations } from './simulations/Simulations.ts';
import type { Simulator } from './simulations/Simulator.ts';

/** Whom a token stands for. `expiresAt` is in milliseconds since 1970. */
export type Identity =
  | { readonly kind: 'account'; readonly account: string; readonly tier: Tier; readonly expiresAt: number }
  /** The holder of the local admin token: runs commands and reads explanations as auditor, and reads no readings. */
  | { readonly kind: 'administrator'; readonly expiresAt: number };

/** Which bundles decide, and by whose word. Each rejects with the reason for a refusal, which the audit has too. */
export type BundleAdministration = {
  readonly activate: (bytes: Uint8Array, options: ActivationOptions) => Promise<Activation>;
  /** `to` is the number of a record or the id of a bundle. */
  readonly rollBack: (to: string, options: ActivationOptions) => Promise<Activation>;
  readonly cancel: (number: number) => Promise<ActivationRecord>;
  /** Rolls a bundle out in stages, or says what each would bring. */
  readonly startRollout: (
    bytes: Uint8Array,
    plan: PlanWords,
    options: Pick<ActivationOptions, 'dryRun'>,
  ) => Promise<RolloutStart>;
  readonly advanceRollout: () => Promise<RolloutStatus>;
  readonly stopRollout: () => Promise<RolloutStatus>;
  /** The last one; null when there never was one. */
  readonly rollout: () => Promise<RolloutStatus | null>;
  readonly history: () => Promise<BundleHistory>;
};

/** The bundles of a folder: all records, the number of the one in force, and what was refused lately. */
export type BundleHistory = {
  readonly active: number | null;
  readonly problems: readonly string[];
  readonly records: readonly ActivationRecord[];
  readonly refused: readonly { readonly at: string; readonly file: string; readonly code: string }[];
};

/** What the local administrator's commands ask of the server. */
export type Administration = {
  /** A fresh token of an account; rejects with `access:account.not_found`. */
  readonly issueToken: (account: string) => Promise<string>;
  /** A fresh token for the devices of a home, in the place of the one before. */
  readonly issueDeviceToken: (home: string) => Promise<string>;
  readonly deadLetterCounts: () => Promise<readonly DeadLetterCount[]>;
  /** Checks the chains of the audit and the changes from their beginning. */
  readonly verify: () => Promise<AuditReport>;
  readonly bundles: BundleAdministration;
};

/** An alarm that was raised or moved, told after the graph has it. */
export type AlarmEvent = { readonly home: string; readonly alarm: string; readonly state: AlarmState };

/** What is kept of the reactions to events. */
type Reactions = {
  readonly find: (id: string) => Promise<FoundReaction | null>;
  /** Newest first. */
  readonly page: (query: ReactionQuery) => Promise<readonly FoundReaction[]>;
  /** Tells what is kept once it is durable; the answer ends it. */
  readonly subscribe: (listener: (row: ReactionRow) => void) => () => void;
};

/** What the doors need of the rest of the product. `main.ts` joins them to concrete adapters. */
export type ServerPorts = {
  readonly graph: TwinGraph;
  readonly bundles: Bundles;
  readonly records: DecisionRecords;
  /** Resolves when changes and audit entries are durable and the graph holds the changes; rejects and changes nothing else. */
  readonly commit: (changes: readonly Change[], audit: readonly AuditEntry[]) => Promise<void>;
  /** Null for a token that is unknown or has expired. */
  readonly authenticate: (token: string) => Identity | null;
  /** Issues commands that were decided, the only way to a device; see `CommandDelivery.issue`. */
  readonly issueCommands: CommandDelivery<AuditEntry>['issue'];
  readonly simulator: Simulator;
  readonly simulations: Simulations;
  /** The twin for those who may not have its homes counted exactly. */
  readonly guarded: GuardedTwin;
  readonly history: History;
  /** The rules in force, and the packs that homes may switch on. */
  readonly ruleSet: () => RuleSet;
  /** What a rule would have done in its home in the last days; see `rehearseRule`. */
  readonly rehearse: (home: string, rule: LoadedRule, days: number) => Promise<Rehearsal>;
  /** A home as it was known at an instant, in milliseconds since 1970, and what decided then; see `pastHomes`. */
  readonly past: (home: string, instant: number) => Promise<PastHome>;
  /** Tells every change once it is durable, in order; the answer ends it. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  readonly alarms: { readonly subscribe: (listener: (event: AlarmEvent) => void) => () => void };
  readonly reactions: Reactions;
  readonly deadLetters: (options: { readonly home?: string; readonly first: number }) => Promise<readonly DeadLetter[]>;
  /** What a person was to be told of, newest first. */
  readonly notices: (person: string, first: number) => Promise<readonly Notice[]>;
  readonly administration: Administration;
  /** Whose firmware is trusted. Throws as `readTrustedKeys` does. */
  readonly firmwareKeys: () => readonly TrustedKey[];
  readonly clause: (id: string) => Clause | undefined;
  /** A name for a text that is equal for equal texts and tells nothing of it. */
  readonly pseudonym: (text: string) => string;
  /** Why requests cannot be served now; empty when they can. */
  readonly unready: () => readonly string[];
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** A fresh identifier that nobody can guess. */
  readonly newId: () => string;
  readonly log: Logger;
};
