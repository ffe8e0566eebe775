import { sm3 } from '../../../trust/sm3.ts';
import { CodedError } from '../../../twin/CodedError.ts';
import type { Change } from '../../../twin/changes.ts';
import type { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { Subject } from '../../AccessRequest.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import { windowStart } from '../../fulfil.ts';
import type { Scenario } from '../Scenario.ts';
import type { Paid } from './guardReport.ts';
import { GUARD_TERMS } from './guardTerms.ts';
import { nameOf, payFor } from './payFor.ts';
import type { Right } from './rightOf.ts';

/** A guarded answer that somebody wants. */
export type Wanted = {
  readonly subject: Subject;
  readonly right: Extract<Right, { kind: 'guarded' }>;
  readonly scenario: Scenario;
  /** The content hashes of the bundles. */
  readonly bundles: { readonly baseline: string; readonly proposed: string };
  /** The day of the snapshot, see `snapshotDay`, and what names its state: drawn by chance for each. */
  readonly day: string;
  readonly state: string;
  /** How much to spend for less noise. */
  readonly units: number;
};

type Ports = {
  readonly graph: Pick<TwinGraph, 'guardedAnswers'>;
  /** Resolves when the changes are durable and the graph holds them. */
  readonly commit: (changes: readonly Change[]) => Promise<void>;
};

/** The day that an instant lies in (`YYYY-MM-DD`, UTC+8), and when it began, in milliseconds since 1970: homes are counted as they were then. */
export function snapshotDay(now: number): { readonly day: string; readonly began: number } {
  const began = windowStart(now, 'P1D');
  return { day: new Date(began + 12 * 3_600_000).toISOString().slice(0, 10), began };
}

/** What may be answered under noise within a term: one purse for all accounts of an organisation, kept in the log of the twin. */
export class PrivacyBudget {
  readonly #ports: Ports;
  #before: Promise<unknown> = Promise.resolve();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * Pays for an answer. It is durable when this resolves, and only then may there be one. Payments are made one after the
   * other, so that no two spend the same units.
   *
   * Rejects with `access:guard.no_organisation` and `access:guard.budget_spent`.
   */
  pay(wanted: Wanted): Promise<Omit<Paid, 'secret'>> {
    const paid = this.#before.then(() => this.#pay(wanted));
    this.#before = paid.catch(() => undefined);
    return paid;
  }

  async #pay({ subject, right, scenario, bundles, day, state, units }: Wanted): Promise<Omit<Paid, 'secret'>> {
    if (!subject.organisation) {
      throw new CodedError('access:guard.no_organisation', 'what is answered under noise is counted by organisation', {
        hint: 'sign in with an account of one',
      });
    }
    if (!Number.isInteger(units) || units < 1 || units > GUARD_TERMS.unitsOfOrganisation) {
      throw new CodedError(
        'scenario:guard.units',
        `\`${units}\` is no number of units from 1 to ${GUARD_TERMS.unitsOfOrganisation}`,
      );
    }
    const question = digestOf(scenario, { ...bundles, k: right.k, units });
    const { id: organisation } = subject.organisation;
    const wanted = { question, organisation, day, state, units };
    const { answer, left } = payFor(wanted, this.#ports.graph.guardedAnswers);
    if (answer) await this.#ports.commit([{ kind: 'guarded_answer_given', answer }]);
    return { k: right.k, name: nameOf(wanted), day, units, left };
  }
}

/** A digest of all that an answer depends on besides the homes. What a scenario says to people about itself is no part of it. */
function digestOf(
  { name: _name, title: _title, question: _question, expect: _expect, draft: _draft, ...asked }: Scenario,
  rest: { readonly baseline: string; readonly proposed: string; readonly k: number; readonly units: number },
): string {
  return sm3(canonicalJson([asked, rest])).toString('hex');
}
