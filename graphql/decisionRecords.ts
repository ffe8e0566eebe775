import { canonicalJson } from '../engine/canonicalJson.ts';
import type { DecisionRecord, DecisionRecords } from '../engine/Decision.ts';
import type { PolicyInput } from '../engine/facts/PolicyInput.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { DecisionLog } from '../trust/decisions/DecisionLog.ts';
import { sm3 } from '../trust/sm3.ts';
import type { Outcome } from '../twin/words.ts';
import type { Writer } from './writer/Writer.ts';

type Kept = Omit<DecisionRecord, 'input'> & { readonly facts: string };

/** Decision records in the writer's database: facts once by digest, and a line in the audit for each action, purpose and bundle. */
export function decisionRecords(writer: Writer): DecisionRecords {
  return {
    async append(records) {
      const facts = new Map<string, PolicyInput>();
      const rows = records.map(({ input, ...rest }) => {
        const digest = sm3(canonicalJson(input)).toString('hex');
        facts.set(digest, input);
        const body: Kept = { ...rest, facts: digest };
        return { id: rest.id, at: rest.at, body };
      });
      await writer.commit({
        decisions: { records: rows, facts: [...facts].map(([digest, body]) => ({ digest, body })) },
        audit: auditOf(records),
      });
    },
    async find(id) {
      const row = await writer.findDecision(id);
      if (!row) return null;
      const { facts, ...kept } = row.body as Kept;
      const input = (await writer.findFacts(facts)) as PolicyInput | null;
      return input ? { ...kept, input } : null;
    },
  };
}

/**
 * The decisions of a period from the log of a folder (milliseconds since 1970), oldest first and without the end of the
 * period; null for one of which the record or its facts were erased.
 */
export function* decisionsBetween(log: DecisionLog, from: number, until: number): Generator<DecisionRecord | null> {
  for (const { body } of log.between(new Date(from).toISOString(), new Date(until).toISOString())) {
    const { facts, ...kept } = (body ?? {}) as Kept;
    const input = body === undefined ? null : (log.findFacts(facts) as PolicyInput | null);
    yield input && { ...kept, input };
  }
}

function auditOf(records: readonly DecisionRecord[]): { readonly at: string; readonly entry: AuditEntry }[] {
  // While a bundle is rolled out, a request over several homes is decided under two.
  const groups = Map.groupBy(records, ({ asking: { action, purpose }, bundle }) => `${action}/${purpose}/${bundle}`);
  return [...groups.values()].map((group) => {
    const { asking, bundle, at } = group[0]!;
    const outcomes: Partial<Record<Outcome, number>> = {};
    for (const { outcome, resourceCount } of group) outcomes[outcome] = (outcomes[outcome] ?? 0) + resourceCount;
    return {
      at,
      entry: {
        kind: 'decisions',
        subject: asking.subject.account,
        action: asking.action,
        purpose: asking.purpose,
        outcomes,
        records: sm3(canonicalJson(group)).toString('hex'),
        bundle,
      },
    };
  });
}
