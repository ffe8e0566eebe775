import type { AccessGroup, HeldBasis, Seer } from '../engine/accessAt.ts';
import { type ClauseRegister, clause } from '../engine/clauses/ClauseRegister.ts';
import { obligationText } from '../engine/obligations/obligationText.ts';
import type { Reason } from '../engine/rego/Verdict.ts';
import type { ToldAccess } from '../graphql/resolvers/accessAtInstant.ts';
import { labelled } from './output.ts';

export type AccessContext = {
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly register: ClauseRegister;
};

/** Who could have seen a reading, as one reads it: each way of seeing it with its people, rules and bases. */
export function accessText(access: ToldAccess, { home, device, property, register }: AccessContext): string {
  const { at, label, reportedAt, bundle, erased, granted, denied } = access;
  return [
    ...labelled('', `Who could see \`${property}\` of ${device} in ${home} at ${at}`, 0),
    ...beside('label', `${label.category}, ${label.grade}, ${label.sharing}${label.sensitive ? ', sensitive' : ''}`),
    ...beside('last reported', reportedAt ?? 'not known: never by then, or erased since'),
    ...beside('policies', bundle ? `${versionOf(bundle)}, since ${bundle.since}` : 'none were active'),
    ...(erased > 0
      ? beside('erased', `${erased} changes until then are gone with their keys; what rested on them is not told here`)
      : []),
    ...granted.flatMap((group) => ['', ...groupLines(group, register)]),
    ...(granted.length === 0 ? ['', 'Nobody.'] : []),
    '',
    ...deniedLines(denied, register),
  ].join('\n');
}

function versionOf({ id, name, revision }: NonNullable<ToldAccess['bundle']>): string {
  return [id.slice(0, 12), name, revision].filter(Boolean).join(' ');
}

function groupLines({ outcome, who, obligations, reasons, basis }: AccessGroup, register: ClauseRegister): string[] {
  return [
    outcome.toUpperCase(),
    ...who.flatMap((seer) => beside(seerText(seer), `for ${seer.purposes.join(', ')}`)),
    ...reasons.flatMap((reason) => reasonLines(reason, register)),
    ...(obligations.length > 0 ? beside('on condition of', obligationText(obligations)) : []),
    ...basis.flatMap((one, index) => beside(index === 0 ? 'basis' : '', basisText(one))),
  ];
}

function seerText({ kind, id, tier }: Seer): string {
  return kind === 'platform' ? `any at the ${tier}` : `${id} (${kind})`;
}

function basisText({ id, type, givenBy, person, area, granularity, ends }: HeldBasis): string {
  const about = area === null ? (person === null ? 'all in the home' : person) : `all homes of ${area}`;
  return `${type} ${id} of ${givenBy}, about ${about}, ${granularity}, ${ends === null ? 'without term' : `until ${ends}`}`;
}

function deniedLines({ askings, askers, commonest }: ToldAccess['denied'], register: ClauseRegister): string[] {
  if (commonest === null) return ['Nobody who is known was refused.'];
  const count = `${askings} ${askings === 1 ? 'asking' : 'askings'} of ${askers}`;
  return [`DENIED: ${count}, most of them because`, ...reasonLines(commonest, register)];
}

function reasonLines({ policy, rule, file, line, clauses, message, code }: Reason, register: ClauseRegister): string[] {
  return [
    ...beside(code, message),
    ...beside('', `${policy}/${rule}, ${file}:${line}`),
    ...clauses.flatMap((id) => beside('', `${id} ${register.byId.has(id) ? clause(register, id).title_zh : ''}`)),
  ];
}

function beside(label: string, text: string): string[] {
  const [first = '', ...rest] = labelled(`  ${label}`, text, Math.max(20, label.length + 4));
  return [first, ...rest];
}
