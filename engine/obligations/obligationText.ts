import type { TimeGrain } from './coarsenTime.ts';
import type { AnsweredObligation } from './duties.ts';

const GRAINS: Readonly<Record<TimeGrain, string>> = { PT15M: '15 minutes', PT1H: 'an hour', P1D: 'a day' };

/** Obligations in words, in their order; `none` when there are none. */
export function obligationText(obligations: readonly AnsweredObligation[]): string {
  return obligations.length === 0 ? 'none' : obligations.map(inWords).join(', ');
}

function inWords(obligation: AnsweredObligation): string {
  switch (obligation.type) {
    case 'aggregate':
      return `statistics of ${GRAINS[obligation.window]} over at least ${obligation.k} homes of the ${obligation.area}`;
    case 'audit':
      return 'audited';
    case 'coarsen_space':
      return `no place finer than the ${obligation.level}`;
    case 'coarsen_time':
      return `means of ${GRAINS[obligation.window]}`;
    case 'mask':
      return `masked (${obligation.method})`;
    case 'notify':
      return `told to: ${obligation.who}`;
    case 'retain_until':
      return `kept until ${('until' in obligation && obligation.until) || obligation.reference}`;
  }
}
