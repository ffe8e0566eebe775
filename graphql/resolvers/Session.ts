import type { Asking, ResourceRef } from '../../engine/AccessRequest.ts';
import type { AskedDecision } from '../../engine/Decision.ts';
import { labelOf } from '../../engine/facts/resourceFacts.ts';
import { type AnsweredObligation, type Duties, dutiesOf } from '../../engine/obligations/duties.ts';
import { RequestDecisions } from '../../engine/RequestDecisions.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';
import type { Action, Purpose } from '../../twin/words.ts';
import { dutyEntries } from '../dutyEntries.ts';
import { gradesOfTier } from '../http/gradesOfTier.ts';
import type { ServerPorts } from '../ServerPorts.ts';
import type { Caller } from './Caller.ts';
import { defaultPurpose } from './defaultPurpose.ts';

/** How many cells one request may decide: beyond that it is refused and asked to be smaller. */
const MOST_CELLS = 250_000;

/**
 * One GraphQL request, or one event of a subscription: its caller, and all that is decided for it, under one bundle and
 * at one instant. No answer may leave before `record` resolved.
 */
export class Session {
  readonly caller: Caller;
  readonly ports: ServerPorts;
  /** Set for what tells people of a danger to their life: it is never held back. */
  lifeSafety = false;
  readonly #askings = new Map<string, Asking>();
  readonly #notes = new Map<string, AuditEntry>();
  readonly #duties = new Map<string, Duties | null>();
  #decisions: RequestDecisions | undefined;
  #apart: Session | undefined;
  #recording: Promise<void> = Promise.resolve();
  #cells = 0;

  constructor(caller: Caller, ports: ServerPorts) {
    this.caller = caller;
    this.ports = ports;
  }

  /** A session of the same caller for the next event of a stream. */
  next(): Session {
    return new Session(this.caller, this.ports);
  }

  /** A session of the same request whose decisions cannot be told to be about the same things; `record` is for both. */
  apart(): Session {
    this.#apart ??= this.next();
    return this.#apart;
  }

  purpose(asked: Purpose | null | undefined): Purpose {
    return asked ?? defaultPurpose(this.caller.subject.roles);
  }

  /** Whether the caller's tier is served data of this resource's grade. */
  serves(resource: ResourceRef, device: DeviceNode | null): boolean {
    const { tier } = this.caller;
    return tier === null || gradesOfTier[tier].includes(labelOf(resource, device).grade);
  }

  decide(action: Action, purpose: Purpose, resource: ResourceRef): AskedDecision {
    this.#cells += 1;
    if (this.#cells > MOST_CELLS) throw tooLarge();
    this.#decisions ??= this.#begin();
    return this.#decisions.decide(this.#asking(action, purpose), resource);
  }

  /**
   * What a decision asks to be done beside an answer about a resource; null when it cannot be done, and then nothing may
   * be shown. It changes nothing: `settle` carries it out.
   */
  duties(decision: AskedDecision, resource: ResourceRef): Duties | null {
    const { id, asking, obligations } = decision;
    // A class has one label and one asking: what differs within it is the home.
    const key = `${id}/${'home' in resource ? resource.home : resource.id}`;
    let duties = this.#duties.get(key);
    if (duties === undefined) {
      duties = dutiesOf(obligations, { asking, resource }, this.ports.graph);
      this.#duties.set(key, duties);
    }
    return duties;
  }

  /**
   * Carries out what a decision asks for beside an answer, with the next `record`: for each home and decision, not for
   * each value. Returns the obligations as the answer tells them; null when nothing may be shown.
   */
  settle(decision: AskedDecision, resource: ResourceRef): readonly AnsweredObligation[] | null {
    const duties = this.duties(decision, resource);
    if (duties === null) return null;
    for (const entry of dutyEntries(decision, resource, duties.duties)) this.note(entry);
    return duties.obligations;
  }

  /** Keeps an entry for the audit until `record`; equal entries are kept once. */
  note(entry: AuditEntry): void {
    this.#notes.set(JSON.stringify(entry), entry);
  }

  /** Writes down what was decided and noted and is not yet. Rejects with `engine:records.unavailable`. */
  record(): Promise<void> {
    // Resolvers run side by side, and nothing is written twice.
    this.#recording = this.#recording.catch(() => undefined).then(() => this.#record());
    return this.#recording;
  }

  async #record(): Promise<void> {
    try {
      await this.#decisions?.record();
      const notes = [...this.#notes];
      if (notes.length > 0)
        await this.ports.commit(
          [],
          notes.map(([, entry]) => entry),
        );
      for (const [key] of notes) this.#notes.delete(key);
      await this.#apart?.record();
    } catch (cause) {
      throw new CodedError('engine:records.unavailable', 'what was decided cannot be written down now', {
        hint: 'nothing is answered until it can; try again later',
        cause,
      });
    }
  }

  #begin(): RequestDecisions {
    const { graph, bundles, records, clock, newId } = this.ports;
    const ports = { graph, bundle: bundles.active(), staged: bundles.staged(), records, clock, newId };
    return new RequestDecisions(ports);
  }

  #asking(action: Action, purpose: Purpose): Asking {
    const key = `${action}/${purpose}`;
    let asking = this.#askings.get(key);
    if (!asking) {
      asking = { subject: this.caller.subject, action, purpose, channel: 'api' };
      this.#askings.set(key, asking);
    }
    return asking;
  }
}

function tooLarge(): CodedError {
  return new CodedError('access:request.too_large', `one request may ask for at most ${MOST_CELLS} values`, {
    hint: 'ask for fewer homes, or by page',
  });
}
