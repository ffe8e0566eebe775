import type { Program, ProgramRule } from './Program.ts';
import { type At, callOf, type Term, textOf } from './Syntax.ts';

/** A value that a policy writes out, with its place and those of its parts. */
export type Constant = { readonly file: string; readonly at: At } & (
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Constant[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Constant> }
);

/** The plain value of a constant. */
export function plain(constant: Constant): unknown {
  if (constant.kind === 'scalar') return constant.value;
  if (constant.kind === 'list') return constant.items.map(plain);
  return Object.fromEntries([...constant.members].map(([name, each]) => [name, plain(each)]));
}

/**
 * The constants that a term may be, followed through rules that give a name to one and through lists that are joined; none
 * where it depends on anything else.
 */
export function constantsOf(term: Term, rule: ProgramRule, program: Program): readonly Constant[] {
  const at = { file: rule.file, at: term.location ?? rule.at };
  switch (term.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return [{ ...at, kind: 'scalar', value: term.value }];
    case 'null':
      return [{ ...at, kind: 'scalar', value: null }];
    case 'array':
    case 'set':
      return combinations(term.value.map((each) => constantsOf(each, rule, program))).map((items) => ({
        ...at,
        kind: 'list',
        items,
      }));
    case 'object': {
      const names = term.value.map(([name]) => name);
      if (names.some(({ type }) => type !== 'string')) return [];
      const values = combinations(term.value.map(([, value]) => constantsOf(value, rule, program)));
      return values.map((each) => ({
        ...at,
        kind: 'object',
        members: new Map(names.map((name, index) => [String(name.value), each[index]!])),
      }));
    }
    case 'call':
      return joined(term, rule, program);
    case 'var':
    case 'ref':
      return named(term, rule, program);
    default:
      return [];
  }
}

function joined(term: Term, rule: ProgramRule, program: Program): readonly Constant[] {
  const call = callOf(term);
  if (!call || textOf(call.operator) !== 'array.concat') return [];
  const at = { file: rule.file, at: term.location ?? rule.at };
  return combinations(call.args.map((arg) => constantsOf(arg, rule, program))).map((parts) => ({
    ...at,
    kind: 'list',
    items: parts.flatMap((part) => (part.kind === 'list' ? part.items : [])),
  }));
}

function named(term: Term, rule: ProgramRule, program: Program): readonly Constant[] {
  const meaning = program.meaningOf(term, rule);
  if (meaning.kind !== 'rule') return [];
  const definitions = program.byPath.get(meaning.path) ?? [];
  const values = definitions.map((each) => {
    const { head, body } = each.syntax;
    const isPlain = head.ref.length === 1 && !head.args && !head.key && !each.syntax.else && body.every(isTrivial);
    return isPlain && head.value ? constantsOf(head.value, each, program) : [];
  });
  return alternatives(values, meaning.rest);
}

/** What lies behind the names after a constant; behind a variable, whatever the object holds. */
function alternatives(values: readonly (readonly Constant[])[], rest: readonly Term[]): readonly Constant[] {
  let found: readonly Constant[] = [];
  for (const each of values) {
    if (each.length === 0) return [];
    found = [...found, ...each];
  }
  for (const key of rest) {
    const next: Constant[] = [];
    for (const constant of found) {
      if (constant.kind !== 'object') return [];
      if (key.type !== 'string') next.push(...constant.members.values());
      else if (constant.members.has(key.value)) next.push(constant.members.get(key.value)!);
    }
    found = next;
  }
  return found;
}

function isTrivial({ terms, generated }: ProgramRule['syntax']['body'][number]): boolean {
  return generated === true || ('type' in terms && terms.type === 'boolean' && terms.value);
}

/** Beyond so many the parts are too many to be told one by one. */
const MOST = 64;

/** Each way to take one of every list; none where one of them is not known. */
function combinations(lists: readonly (readonly Constant[])[]): readonly (readonly Constant[])[] {
  let found: readonly (readonly Constant[])[] = [[]];
  for (const list of lists) {
    found = found.flatMap((before) => list.map((each) => [...before, each])).slice(0, MOST);
  }
  return found;
}
