import { suggestClauses } from '../../clauses/ClauseRegister.ts';
import type { Problem } from '../Compiled.ts';
import type { PolicyCheck } from './PolicyCheck.ts';
import { headMember, type Program, ruleId } from './Program.ts';

/** Clauses that no standard has: in METADATA and in what rules say. */
export const unknownClauses: PolicyCheck = ({ program, register }) => {
  const cited = [...fromMetadata(program), ...fromHeads(program)];
  return cited
    .filter(({ clause }) => !register.byId.has(clause))
    .map(({ clause, file, row, col, by }): Problem => {
      const [guess] = suggestClauses(register, clause);
      const hint = guess === undefined ? '`twinward clauses` lists them' : `did you mean \`${guess}\`?`;
      const fix = guess === undefined ? {} : { fix: { length: clause.length, text: guess } };
      return { code: 'policy:clause.unknown', message: `no clause \`${clause}\`${by}`, file, row, col, hint, ...fix };
    });
};

type Cited = {
  readonly clause: string;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly by: string;
};

/** Ids as they stand in METADATA, in the one form or the other of a list. */
function fromMetadata(program: Program): readonly Cited[] {
  return [...program.sources].flatMap(([file, source]) => {
    const lines = source.split('\n');
    let inClauses = false;
    let indent = 0;
    return lines.flatMap((line, index): Cited[] => {
      const key = /^#(\s+)clauses:(.*)$/.exec(line);
      if (key) [inClauses, indent] = [true, key[1]!.length];
      else if (inClauses && !isContinued(line, indent)) inClauses = false;
      if (!inClauses) return [];
      const from = key ? line.indexOf(':') + 1 : 1;
      return [...line.slice(from).matchAll(/[^\s,[\]"'-][^\s,[\]"']*/g)].map(({ 0: clause, index: at }) => ({
        clause,
        file,
        row: index + 1,
        col: from + at + 1,
        by: '',
      }));
    });
  });
}

/** Whether a line of a comment goes on with the list above it, which began with a key at an indent. */
function isContinued(line: string, indent: number): boolean {
  const inside = /^#(\s*)(.*)$/.exec(line);
  if (!inside || inside[2] === '') return false;
  return inside[1]!.length > indent || (inside[1]!.length === indent && inside[2]!.startsWith('-'));
}

function fromHeads(program: Program): readonly Cited[] {
  return program.rules.flatMap((rule): Cited[] => {
    const list = rule.kind && headMember(rule, 'clauses');
    if (list?.type !== 'array') return [];
    return list.value.flatMap((term): Cited[] => {
      if (term.type !== 'string') return [];
      const { row, col } = term.location ?? rule.at;
      return [{ clause: term.value, file: rule.file, row, col: col + 1, by: `, which \`${ruleId(rule)}\` cites` }];
    });
  });
}
