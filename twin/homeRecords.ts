import type { BindingState, FirmwareState, IncidentClass, IncidentGrade, IncidentState } from './words.ts';

/** A device that belongs to one person: offered to them, activated with a code that works once. */
export type Binding = {
  readonly kind: 'binding';
  readonly id: string;
  readonly home: string;
  readonly device: string;
  readonly person: string;
  /** SM3 of the code, hex: the code itself is told once and kept nowhere. */
  readonly code: string;
  /** Until when it can be activated, ISO 8601 in UTC. */
  readonly ends: string;
};

/** New software for one device, as its maker signed it. */
export type Firmware = {
  readonly kind: 'firmware';
  readonly id: string;
  readonly home: string;
  readonly device: string;
  readonly model: string;
  readonly version: string;
  /** What the device had before, as far as anybody knows. */
  readonly from: string | null;
  /** Over the image, hex. */
  readonly digest: { readonly algorithm: FirmwareDigest; readonly value: string };
  /** The maker's, over model, version and digest; `key` is its id. */
  readonly signature: { readonly key: string; readonly value: string };
};
/** Digests that are taken: weaker ones can be made to fit another image (SH-6.2.4-c-2). */
export const FIRMWARE_DIGESTS = ['SM3', 'SHA256'] as const;
export type FirmwareDigest = (typeof FIRMWARE_DIGESTS)[number];

/** Something that went wrong and that somebody answers for (CC-4.2). */
export type Incident = {
  readonly kind: 'incident';
  readonly id: string;
  readonly home: string;
  readonly title: string;
  readonly class: IncidentClass;
  readonly grade: IncidentGrade;
  /** Why it has the grade. */
  readonly because: string;
  /** The alarm or finding that it was opened for. */
  readonly cause: { readonly kind: 'alarm' | 'finding'; readonly id: string } | null;
  /** Who answers for it as far as the twin tells: a person or organisation, and how that follows. */
  readonly responsible: Responsible | null;
  /** Until when something must have been done, ISO 8601 in UTC; only the upper grades are announced. */
  readonly due: Readonly<Partial<Record<IncidentDuty, string>>>;
};
export type Responsible = { readonly party: string; readonly because: string };
/** What is due after an incident: to look at it, to contain it, to announce it to the parties. */
export type IncidentDuty = 'response' | 'containment' | 'announcement';

/** A thing of a home that lives by a lifecycle of its own. */
export type HomeRecord = Binding | Firmware | Incident;
export type HomeRecordState = BindingState | FirmwareState | IncidentState;

/** What happens to such things. Each change belongs to the home that it names. */
export type HomeRecordChange =
  | {
      readonly kind: 'record_opened';
      readonly home: string;
      readonly record: HomeRecord;
      /** The account; ISO 8601 in UTC. */
      readonly by: string | null;
      readonly at: string;
    }
  | {
      readonly kind: 'record_moved';
      readonly home: string;
      readonly record: string;
      readonly move: string;
      readonly to: HomeRecordState;
      /** The account that moved it; null when time did. */
      readonly by: string | null;
      readonly at: string;
      /** What whoever moved it says of it. */
      readonly note: string | null;
      /** Who answers for an incident from now on. */
      readonly responsible?: Responsible;
      /** What was written down when it was closed, by item. */
      readonly report?: Readonly<Record<string, string>>;
    }
  /** A term went by and nothing had been done. */
  | {
      readonly kind: 'record_overdue';
      readonly home: string;
      readonly record: string;
      readonly what: IncidentDuty;
      readonly at: string;
    };
