import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadClauses } from '../engine/clauses/ClauseRegister.ts';
import type { Reason } from '../engine/rego/Verdict.ts';
import type { ToldAccess } from '../graphql/resolvers/accessAtInstant.ts';
import { accessText } from './accessText.ts';

const register = loadClauses(join(import.meta.dirname, '..'));
const reason: Reason = {
  code: 'permit',
  policy: 'sharing.care',
  rule: 'consented',
  file: 'policies/sharing/care/care.rego',
  line: 12,
  clauses: ['DH-5.4.6'],
  message: 'Carers read what was allowed',
};
const access: ToldAccess = {
  at: '2026-11-03T00:00:00.000Z',
  label: {
    subject_class: 'personal',
    category: 'environment',
    grade: 'general_2',
    sharing: 'restricted',
    sensitive: false,
  },
  reportedAt: null,
  erased: 3,
  bundle: { id: '0123456789abcdef', name: 'autumn', revision: '4', since: '2026-10-01T00:00:00.000Z' },
  granted: [
    {
      outcome: 'reduced',
      obligations: [{ type: 'audit' }],
      reasons: [reason],
      basis: [{ id: 'c1', type: 'consent', givenBy: 'ana', person: null, area: null, granularity: 'hour', ends: null }],
      who: [{ kind: 'organisation', id: 'hospital-1', tier: 'city', purposes: ['care', 'emergency'] }],
    },
  ],
  denied: { askings: 12, askers: 4, commonest: { ...reason, code: 'no_permit', policy: 'main', rule: 'no_permit' } },
};
const told = (over: Partial<ToldAccess> = {}) =>
  accessText({ ...access, ...over }, { home: 'h1', device: 'h1/m', property: 'temperature', register });

it('tells who could see it, how, why, and on what they rested', () => {
  const text = told();
  for (const line of [
    /^Who could see `temperature` of h1\/m in h1 at 2026-11-03T00:00:00.000Z$/m,
    /^ {2}policies +0123456789ab autumn 4, since 2026-10-01T00:00:00.000Z$/m,
    /^ {2}erased +3 changes until then are gone with their keys/m,
    /^REDUCED$/m,
    /^ {2}hospital-1 \(organisation\) {2}for care, emergency$/m,
    /^ +sharing\.care\/consented, policies\/sharing\/care\/care\.rego:12$/m,
    /^ +DH-5\.4\.6 \p{Script=Han}/mu,
    /^ {2}on condition of +audited$/m,
    /^ {2}basis +consent c1 of ana, about all in the home, hour, without term$/m,
    /^DENIED: 12 askings of 4, most of them because$/m,
  ]) {
    expect(text).toMatch(line);
  }
});

it('says when nobody could, and when no policies were active yet', () => {
  const text = told({ granted: [], bundle: null, erased: 0 });
  expect(text).toContain('Nobody.');
  expect(text).toMatch(/^ {2}policies +none were active$/m);
  expect(text).not.toMatch(/^ {2}erased/m);
});
