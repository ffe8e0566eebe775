import type {
  Action,
  AlarmState,
  DrillState,
  EmergencyAccessState,
  EscalationTarget,
  InstrumentKind,
  InstrumentState,
  LeaseState,
  Move,
  Outcome,
  Purpose,
  Tier,
  WaiverState,
} from '../../twin/words.ts';
import type { ActivationKind } from '../activations/ActivationRecord.ts';

/** What was done with a thing of a household. */
export type HouseholdEvent =
  | 'set'
  | 'removed'
  | 'run'
  | 'undone'
  | 'enabled'
  | 'disabled'
  | 'switched_on'
  | 'switched_off';

/**
 * Something that happened and that somebody may have to answer for. `subject` is the id of the account that did it,
 * or null when nobody did; the audit keeps its pseudonym in its place. Entries hold ids, words and counts and never a
 * value of a device or a person (DH-7.6.7-3).
 */
export type AuditEntry =
  | { readonly kind: 'start'; readonly subject: null; readonly version: string; readonly bundle: string | null }
  | { readonly kind: 'stop'; readonly subject: null }
  /** One for each request and purpose: how many cells had which outcome, and the digest of their records. */
  | {
      readonly kind: 'decisions';
      readonly subject: string | null;
      readonly action: Action;
      readonly purpose: Purpose;
      readonly outcomes: Partial<Readonly<Record<Outcome, number>>>;
      /** SM3 over the decision records, hex. */
      readonly records: string;
      readonly bundle: string;
    }
  | {
      readonly kind: 'command';
      readonly subject: string | null;
      readonly home: string;
      readonly device: string;
      readonly property: string;
      readonly outcome: Outcome;
      readonly decision: string | null;
    }
  /** Somebody has looked at a device on the spot. */
  | {
      readonly kind: 'inspection';
      readonly subject: string | null;
      readonly home: string;
      readonly device: string;
      readonly decision: string;
    }
  | {
      readonly kind: 'alarm';
      readonly subject: string | null;
      readonly home: string;
      readonly alarm: string;
      readonly to: AlarmState | 'escalated';
      readonly rule: string | null;
      /** To whom it was told, where nobody had acknowledged it. */
      readonly told?: EscalationTarget;
      /** The drill that raised it; left out for what is real. */
      readonly drill?: string;
    }
  | {
      readonly kind: 'drill';
      readonly subject: string | null;
      readonly home: string;
      readonly drill: string;
      readonly to: DrillState;
    }
  /** A rule told somebody of a home, or gave a platform something of it, or wanted to: the text and the value are elsewhere. */
  | {
      readonly kind: 'notice';
      readonly subject: null;
      readonly home: string;
      readonly rule: string;
      readonly run: string;
      readonly to: string;
      readonly outcome: Outcome;
      readonly decision: string | null;
    }
  | {
      readonly kind: 'share';
      readonly subject: null;
      readonly home: string;
      readonly rule: string;
      readonly run: string;
      readonly tier: Tier;
      readonly purpose: Purpose;
      readonly outcome: Outcome;
      readonly decision: string | null;
    }
  | {
      readonly kind: 'consent';
      readonly subject: string | null;
      readonly home: string;
      readonly basis: string;
      readonly to: 'given' | 'withdrawn' | 'expired' | 'lease_ended';
    }
  | {
      readonly kind: 'lease';
      readonly subject: string | null;
      readonly home: string;
      readonly lease: string;
      readonly to: LeaseState;
    }
  /** A catalogue entry, sharing request, order or agreement was made or moved; time moves what reaches its term. */
  | {
      readonly kind: 'instrument';
      readonly subject: string | null;
      readonly type: InstrumentKind;
      readonly instrument: string;
      readonly move: Move | 'expire' | 'replace';
      readonly to: InstrumentState;
      /** The number under which an order is known to whoever issued it. */
      readonly number: string | null;
    }
  /** The glass of a home was broken, or what was opened was confirmed, closed or reviewed; time ends it. */
  | {
      readonly kind: 'emergency_access';
      readonly subject: string | null;
      readonly home: string;
      readonly access: string;
      readonly move: Move | 'expire' | 'replace';
      readonly to: EmergencyAccessState;
    }
  /** A binding, a firmware update or an incident: what it came to, or what of it is overdue. */
  | {
      readonly kind: 'record';
      readonly subject: string | null;
      readonly home: string;
      readonly record: string;
      readonly of: 'binding' | 'firmware' | 'incident';
      readonly to: string;
    }
  | {
      readonly kind: 'waiver';
      readonly subject: string | null;
      /** Where it is: its home, or its area. */
      readonly home: string | null;
      readonly area: string | null;
      readonly waiver: string;
      readonly to: WaiverState;
    }
  /** What a household set about its home; `id` is that of the scene, pack or rule, and of the home for its mode and place. */
  | {
      readonly kind: 'household';
      readonly subject: string | null;
      readonly home: string;
      readonly type: 'home_mode' | 'home_place' | 'scene' | 'pack' | 'home_rule';
      readonly id: string;
      readonly event: HouseholdEvent;
    }
  | {
      readonly kind: 'token';
      readonly subject: string | null;
      readonly event: 'issued' | 'revoked';
      readonly tier: Tier | null;
    }
  /** A record of the activation log: another bundle decides, for a share of the homes, at an instant, or no more. */
  | {
      readonly kind: 'activation';
      readonly subject: string | null;
      readonly number: number;
      readonly what: ActivationKind;
      readonly bundle: string;
      readonly previous: string | null;
      /** Why, where nobody said so: the code of the reason. */
      readonly because?: string;
    }
  /** A bundle was refused, and the active one stayed. */
  | {
      readonly kind: 'activation_refused';
      readonly subject: string | null;
      /** The digest of what was handed in, whatever it is. */
      readonly file: string;
      readonly code: string;
    }
  /** An obligation that was carried out beside an answer: it is on record, people are told, a date to delete it is set. */
  | {
      readonly kind: 'obligation';
      readonly subject: string | null;
      /** Null for what belongs to an area. */
      readonly home: string | null;
      readonly decision: string;
      readonly duty: 'audit' | 'notify' | 'retain_until';
      /** Who of the home is told, as the policy calls them. */
      readonly who?: string;
      /** The persons whom that was: ids, of which the audit keeps pseudonyms. They find the entry among their notices. */
      readonly told?: readonly string[];
      /** Until when the answer may be kept, ISO 8601 in UTC; null while that is open. */
      readonly until?: string | null;
      /** The numbers of the orders that the answer rests on; left out where it rests on none. */
      readonly orders?: readonly string[];
    }
  | { readonly kind: 'explanation'; readonly subject: string | null; readonly decision: string }
  | {
      readonly kind: 'simulation';
      readonly subject: string | null;
      readonly event: 'started' | 'cancelled';
      readonly scenario: string;
      readonly baseline: string;
      /** What is proposed, such as the name of a draft, and the name of the homes that it is played on. */
      readonly proposed: string;
      readonly population: string;
    }
  /** Somebody was turned away at a door, before there was a decision. */
  | {
      readonly kind: 'refusal';
      readonly subject: string | null;
      readonly door: 'graphql' | 'mqtt' | 'command_line';
      readonly code: string;
    }
  | {
      readonly kind: 'erasure';
      readonly subject: string | null;
      readonly key: string;
      readonly scope: 'person' | 'home';
    }
  | { readonly kind: 'verification'; readonly subject: string | null; readonly intact: boolean };

/** An entry and when it happened, ISO 8601 in UTC. */
export type TimedEntry = { readonly at: string; readonly entry: AuditEntry };

/** An entry as it lies in the audit: `subject` is a pseudonym. `at` is ISO 8601 in UTC. */
export type AuditRecord = { readonly seq: number; readonly at: string; readonly entry: AuditEntry };

/** An answer that a person was to be told of. */
export type Notice = {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly home: string;
  readonly decision: string;
  readonly who: string;
};

export type AuditQuery = {
  /** The id of an account; its pseudonym is looked for. */
  readonly subject?: string;
  readonly kind?: AuditEntry['kind'];
  /** Only records after this number. */
  readonly after?: number;
  readonly first: number;
};
