import { describe, expect, it } from 'vitest';
import type { IdleRule, ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { idleText } from './idleText.ts';

const rule = (policy: string, name: string, more: Partial<IdleRule> = {}): IdleRule => ({
  policy,
  rule: name,
  kind: 'permit',
  file: `${policy}.rego`,
  line: 7,
  clauses: ['DH-5.4.6-s3'],
  ...more,
});

function textOf(of: Partial<Pick<ImpactReport, 'neverReached' | 'neverDecide'>>): string {
  const none = { before: [], after: [] };
  const draft = { added: [{ package: 'a.draft', files: [] }], replaced: [], removed: [] };
  return idleText({ draft, neverReached: none, neverDecide: none, ...of } as unknown as ImpactReport).join('\n');
}

describe('the rules without effect', () => {
  it('are named with place and clauses where the draft brings them, and counted otherwise', () => {
    const idle = [rule('a.draft', 'unmet', { inForce: false }), rule('b', 'one'), rule('b', 'other')];
    const text = textOf({ neverReached: { before: idle.slice(1), after: idle } });
    expect(text).toContain(
      'hold in no cell asked about:\n   permit  a.draft/unmet, a.draft.rego:7, DH-5.4.6-s3, not in force then',
    );
    expect(text).toContain('Other rules that hold in no cell asked about: 2; that decide nothing: 0');
    expect(text).not.toContain('b/one');
  });

  it('are named where the draft leaves them nothing to decide', () => {
    const [beaten, always] = [rule('b', 'beaten'), rule('b', 'always')];
    const text = textOf({ neverDecide: { before: [always], after: [always, beaten, rule('a.draft', 'weak')] } });
    expect(text).toMatch(/leaves nothing to decide:\n {3}permit {2}b\/beaten, b\.rego:7/);
    expect(text).toMatch(/beat them each time:\n {3}permit {2}a\.draft\/weak/);
    expect(text).toContain('that decide nothing: 1');
  });
});
