import { expect, it } from 'vitest';
import type { ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { draftLines } from './impactText.ts';

it('tells what is proposed in lines that fit a screen', () => {
  const draft = { added: [{ package: 'sharing.heat_wave', files: ['policies/drafts/heat_wave/heat_wave.rego'] }] };
  const notInForce = [{ package: 'sharing.heat_wave', from: '2027-06-14T16:00:00.000Z', until: null }];
  const lines = draftLines({ draft: { ...draft, replaced: [], removed: [] }, notInForce } as unknown as ImpactReport);
  expect(lines).toEqual([
    'the draft adds `sharing.heat_wave` (policies/drafts/heat_wave/heat_wave.rego)',
    'but `sharing.heat_wave` is not in force at the instant of the scenario: it is from',
    '2027-06-14T16:00:00.000Z on',
  ]);
});
