import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../rego/policyDates.ts';
import type { ClauseRegister } from './ClauseRegister.ts';
import { loadClauses } from './ClauseRegister.ts';
import { findCitations } from './findCitations.ts';
import { repealedCitations } from './repealedCitations.ts';

const root = join(import.meta.dirname, '../..');
const register = loadClauses(root);
const citations = findCitations(root);

function repealing(id: string, repealed: string): ClauseRegister {
  return { ...register, byId: new Map(register.byId).set(id, { ...register.byId.get(id)!, repealed }) };
}

function flagged(of: ClauseRegister, at: string, inForce = (_policy: string) => true) {
  return repealedCitations(of, citations, { instant: parseDate(at)!, inForce }).map(({ by }) => by);
}

describe('a clause that is repealed', () => {
  it('is flagged wherever it is cited, from its day on', () => {
    const changed = repealing('DH-5.4.6-s3', '2027-03-01');
    const all = citations.filter(({ clause }) => clause === 'DH-5.4.6-s3').map(({ by }) => by);
    expect(all).toContain('policy:sharing.not_shared/not_shared');
    expect(flagged(changed, '2027-02-28T23:59:59+08:00')).toEqual([]);
    expect(flagged(changed, '2027-03-01')).toEqual(all);
  });

  it('is not flagged in a policy that is not in force itself', () => {
    const changed = repealing('DH-5.4.6-s3', '2027-03-01');
    expect(flagged(changed, '2027-03-01', (policy) => policy !== 'sharing.not_shared')).not.toContain(
      'policy:sharing.not_shared/not_shared',
    );
  });

  it('is flagged at once where its date cannot be read', () => {
    expect(flagged(repealing('DH-5.4.6-s3', 'soon'), '2026-01-01')).not.toEqual([]);
  });
});

it('no clause of the register is repealed today that something enforces', () => {
  expect(flagged(register, '2027-01-01')).toEqual([]);
});
