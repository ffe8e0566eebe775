import { type ClauseRegister, clause } from '../engine/clauses/ClauseRegister.ts';
import { obligationText } from '../engine/obligations/obligationText.ts';
import type { Reason } from '../engine/rego/Verdict.ts';
import type { ChangeClass } from '../engine/simulate/ImpactReport.ts';
import { flipText } from '../engine/simulate/written/flipText.ts';
import { count, counted } from '../engine/simulate/written/numbers.ts';
import { peopleText } from '../engine/simulate/written/peopleText.ts';
import { labelled } from './output.ts';

/** One change of a report: what becomes of how many, why, for whom, an example and what would flip it. */
export function changeText(change: ChangeClass, number: number, register: ClauseRegister): readonly string[] {
  const { from, to, cells, homes, obligations, reasons, requesters, witness, smallestChange } = change;
  return [
    `${number}. ${from} -> ${to}: ${counted(cells, 'cell')} in ${counted(homes, 'home')} of ${peopleText(change)}`,
    ...reasons.before.flatMap((reason) => reasonLines('before', reason, register)),
    ...reasons.after.flatMap((reason) => reasonLines('after', reason, register)),
    ...(obligations.kind === 'changed'
      ? [
          ...beside('obligations', `before: ${obligationText(obligations.before)}`),
          ...beside('', `after: ${obligationText(obligations.after)}`),
        ]
      : []),
    ...beside('asked by', requesters.map((one) => `${one.id} (${count(one.cells)})`).join(', ')),
    ...beside(
      'for example',
      `\`${witness.property}\` of ${witness.device} in ${witness.home}: ${witness.requester} asks to ${witness.action} it for ${witness.purpose}`,
    ),
    ...beside('would flip', flipText(smallestChange)),
  ];
}

function reasonLines(
  side: string,
  { code, policy, rule, file, line, clauses, message }: Reason,
  register: ClauseRegister,
): string[] {
  return [
    ...beside(side, code === 'waived' ? `waived: ${message}` : message),
    ...beside('', `${policy}/${rule}, ${file}:${line}`),
    ...clauses.flatMap((id) => beside('', `${id} ${register.byId.has(id) ? clause(register, id).title_zh : ''}`)),
  ];
}

function beside(label: string, text: string): readonly string[] {
  return labelled(`   ${label}`, text, 16);
}
