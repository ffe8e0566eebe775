import { ALWAYS, type AnyOf, both, fact, NEVER, neither, valueIn } from './Condition.ts';
import { constantsOf } from './constants.ts';
import type { SchemaNode } from './InputSchema.ts';
import { type Program, type ProgramRule, partsOf } from './Program.ts';
import { type Body, callOf, type Expr, isEvery, isSome, isTerm, type Term, termsIn, textOf } from './Syntax.ts';

/** That a value is not there. */
const ABSENT = 'absent';

/** How a name is to be read: what it was given, in the rule where that stands. */
type Given = ReadonlyMap<string, { readonly term: Term; readonly rule: ProgramRule; readonly given: Given }>;
const NONE: Given = new Map();

/**
 * Says of bodies of rules what must hold for them, in terms of the values of the input: helper rules and functions are
 * followed. What it cannot follow, such as loops, is one fact by its text. Null where there are too many alternatives.
 */
export class Conditions {
  readonly #program: Program;
  readonly #input: SchemaNode;
  readonly #rules = new Map<ProgramRule, AnyOf | null>();
  readonly #helpers = new Map<string, AnyOf | null>();
  readonly #entered = new Set<string>();

  constructor(program: Program, input: SchemaNode) {
    this.#program = program;
    this.#input = input;
  }

  ofRule(rule: ProgramRule): AnyOf | null {
    let found = this.#rules.get(rule);
    if (found === undefined) {
      found = this.#ofBody(rule.syntax.body, rule, NONE);
      this.#rules.set(rule, found);
    }
    return found;
  }

  /** The conditions of each statement of a body; those that share a name of the body's own are told together, as the last. */
  statements(body: Body, rule: ProgramRule): readonly { readonly expr: Expr; readonly any: AnyOf | null }[] {
    return this.#statements(body, rule, NONE);
  }

  /** Joins what is told of some statements. */
  all(parts: readonly (AnyOf | null)[]): AnyOf | null {
    let found: AnyOf = ALWAYS;
    for (const part of parts) {
      const next = part && both(found, part);
      if (!next) return null;
      found = next;
    }
    return found;
  }

  #ofBody(body: Body, rule: ProgramRule, given: Given): AnyOf | null {
    return this.all(this.#statements(body, rule, given).map(({ any }) => any));
  }

  #statements(body: Body, rule: ProgramRule, outer: Given) {
    const given = new Map(outer);
    const grouped: string[] = [];
    const found: { expr: Expr; any: AnyOf | null }[] = [];
    for (const expr of body) {
      const assigned = assignmentIn(expr);
      if (assigned && !this.#hasOwnNames(assigned.value, rule, given)) {
        given.set(assigned.name, { term: assigned.value, rule, given: outer });
        // What is not there cannot be given a name, so that nothing below holds.
        found.push({ expr, any: this.#isThere(assigned.value, rule, outer) });
        continue;
      }
      if (this.#hasOwnNames(expr, rule, given)) grouped.push(this.#text(expr, rule, given));
      else found.push({ expr, any: this.#ofExpr(expr, rule, given) });
    }
    const last = body.at(-1);
    if (grouped.length > 0 && last) found.push({ expr: last, any: fact(grouped.sort().join('; ')) });
    return found;
  }

  #ofExpr(expr: Expr, rule: ProgramRule, given: Given): AnyOf | null {
    if (expr.with) return fact(this.#text(expr, rule, given));
    const any = this.#ofTerms(expr.terms, rule, given);
    return expr.negated && any ? neither(any, (path) => this.#domain(path)) : any;
  }

  #isThere(term: Term, rule: ProgramRule, given: Given): AnyOf {
    const node = this.#nodeOf(term, rule);
    const isCertain = node ? !node.absent : constantsOf(term, rule, this.#program).length > 0;
    return isCertain ? ALWAYS : fact(`there is ${this.#text(term, rule, given)}`);
  }

  #ofTerms(terms: Expr['terms'], rule: ProgramRule, given: Given): AnyOf | null {
    if (isSome(terms) || isEvery(terms)) return fact(this.#text(terms, rule, given));
    const call = callOf(terms);
    if (call) return this.#ofCall(call.operator, call.args, rule, given);
    return isTerm(terms) ? this.#ofTerm(terms, rule, given) : fact(this.#text(terms, rule, given));
  }

  #ofTerm(term: Term, rule: ProgramRule, given: Given): AnyOf | null {
    const known = this.#lookUp(term, rule, given);
    if (known) return this.#ofTerm(known.term, known.rule, known.given);
    if (term.type === 'boolean') return term.value ? ALWAYS : NEVER;
    const node = this.#nodeOf(term, rule);
    if (node?.kind === 'boolean') return valueIn(node.path, new Set(['true']));
    if (node?.kind === 'word')
      return valueIn(node.path, new Set([...domainOf(node)].filter((each) => each !== ABSENT)));
    const meaning = this.#program.meaningOf(term, rule);
    if (meaning.kind === 'rule' && meaning.rest.length === 0) return this.#ofHelper(meaning.path);
    return fact(this.#text(term, rule, given));
  }

  #ofCall(operator: Term, args: readonly Term[], rule: ProgramRule, given: Given): AnyOf | null {
    const meaning = this.#program.meaningOf(operator, rule);
    const text = fact(
      `${this.#text(operator, rule, given)}(${args.map((arg) => this.#text(arg, rule, given)).join(', ')})`,
    );
    if (meaning.kind === 'rule') return this.#ofFunction(meaning.path, args, rule, given) ?? text;
    const [a, b] = args.map((arg) => this.#lookUp(arg, rule, given) ?? { term: arg, rule, given });
    if (!a || !b) return text;
    switch (textOf(operator)) {
      case 'equal':
      case 'eq':
        return this.#equal(a, b, false) ?? this.#equal(b, a, false) ?? text;
      case 'neq':
        return this.#equal(a, b, true) ?? this.#equal(b, a, true) ?? text;
      case 'internal.member_2':
        return this.#member(a, b) ?? text;
      default:
        return text;
    }
  }

  /** A value of the input, or a constant, that is or is not equal to a constant. */
  #equal(a: Located, b: Located, negated: boolean): AnyOf | null {
    const wanted = this.#constants(b);
    if (wanted?.length !== 1) return null;
    return this.#within(a, new Set(wanted), negated);
  }

  #member(a: Located, b: Located): AnyOf | null {
    const list = this.#nodeOf(b.term, b.rule);
    const word = this.#constants(a);
    if (list?.kind === 'list' && word?.length === 1) return fact(`${word[0]} in input.${list.path}`);
    const [constant, ...others] = constantsOf(b.term, b.rule, this.#program);
    if (constant?.kind !== 'list' || others.length > 0) return null;
    const wanted = constant.items.map((each) => (each.kind === 'scalar' ? JSON.stringify(each.value) : undefined));
    return wanted.includes(undefined) ? null : this.#within(a, new Set(wanted as string[]), false);
  }

  #within({ term, rule }: Located, wanted: ReadonlySet<string>, negated: boolean): AnyOf | null {
    const node = this.#nodeOf(term, rule);
    if (node && (node.kind === 'word' || node.kind === 'boolean')) {
      const there = new Set([...domainOf(node)].filter((each) => each !== ABSENT));
      return valueIn(node.path, negated ? there.difference(wanted) : there.intersection(wanted));
    }
    const value = this.#constants({ term, rule, given: NONE });
    if (value?.length !== 1) return null;
    return wanted.has(value[0]!) === negated ? NEVER : ALWAYS;
  }

  #constants({ term, rule }: Located): readonly string[] | null {
    const constants = constantsOf(term, rule, this.#program);
    const scalars = constants.flatMap((each) => (each.kind === 'scalar' ? [JSON.stringify(each.value)] : []));
    return constants.length > 0 && scalars.length === constants.length ? scalars : null;
  }

  /** What must hold for a helper rule that is true or nothing; else the fact that it has a value. */
  #ofHelper(path: string): AnyOf | null {
    const known = this.#helpers.get(path);
    if (known !== undefined) return known;
    const found = this.#ofFunction(path, [], null, NONE) ?? fact(`data.${path}`);
    this.#helpers.set(path, found);
    return found;
  }

  #ofFunction(path: string, args: readonly Term[], caller: ProgramRule | null, callerGiven: Given): AnyOf | null {
    const rules = this.#program.byPath.get(path) ?? [];
    if (this.#entered.has(path) || !rules.every(isTrueOrNothing)) return null;
    this.#entered.add(path);
    try {
      let found: AnyOf = NEVER;
      for (const rule of rules) {
        const params = rule.syntax.head.args ?? [];
        if (params.length !== args.length || params.some(({ type }) => type !== 'var')) return null;
        const given = new Map(
          params.map((param, index) => [
            String(param.value),
            { term: args[index]!, rule: caller ?? rule, given: callerGiven },
          ]),
        );
        const any = this.#ofBody(rule.syntax.body, rule, given);
        if (!any) return null;
        // A helper that never holds is told where it stands, not wherever it is used.
        found = [...found, ...(any.length > 0 ? any : fact(`data.${path} at ${rule.at.row}`))];
      }
      return found;
    } finally {
      this.#entered.delete(path);
    }
  }

  #lookUp(term: Term, rule: ProgramRule, given: Given): Located | null {
    if (term.type !== 'var') return null;
    const meaning = this.#program.meaningOf(term, rule);
    const known = meaning.kind === 'name' ? given.get(meaning.name) : undefined;
    if (!known) return null;
    return this.#lookUp(known.term, known.rule, known.given) ?? known;
  }

  #nodeOf(term: Term, rule: ProgramRule): SchemaNode | null {
    const meaning = this.#program.meaningOf(term, rule);
    if (meaning.kind !== 'input') return null;
    let node: SchemaNode | undefined = this.#input;
    for (const part of meaning.rest) node = part.type === 'string' ? node?.members.get(part.value) : undefined;
    return node ?? null;
  }

  #domain(path: string): ReadonlySet<string> {
    const node = path.split('.').reduce<SchemaNode | undefined>((at, name) => at?.members.get(name), this.#input);
    return node ? domainOf(node) : new Set();
  }

  /** Whether a statement speaks of names that the body declares itself, beyond those that are given. */
  #hasOwnNames(part: unknown, rule: ProgramRule, given: Given): boolean {
    const params = new Set((rule.syntax.head.args ?? []).map(({ value }) => String(value)));
    for (const term of termsIn(part)) {
      if (term.type !== 'var') continue;
      const meaning = this.#program.meaningOf(term, rule);
      if (meaning.kind === 'name' && !given.has(meaning.name) && !params.has(meaning.name) && isOwn(meaning.name, rule))
        return true;
    }
    return false;
  }

  /** A statement by its text, with what is given put in, so that equal texts mean the same. */
  #text(part: unknown, rule: ProgramRule, given: Given): string {
    const parts: string[] = [];
    for (const term of termsIn(part)) {
      const known = this.#lookUp(term, rule, given);
      if (known) parts.push(`<${this.#text(known.term, known.rule, known.given)}>`);
      else if (term.type === 'var' || term.type === 'string') {
        const meaning = this.#program.meaningOf(term, rule);
        parts.push(meaning.kind === 'name' ? textOf(term) : `${meaning.kind}:${'path' in meaning ? meaning.path : ''}`);
      } else if (typeof term.value === 'object' && term.value !== null) parts.push(`${term.type}(${arity(term)}`);
      else parts.push(String(term.value));
    }
    const { negated } = part as Partial<Expr>;
    return `${negated ? 'not ' : ''}${parts.join(' ')}`;
  }
}

type Located = { readonly term: Term; readonly rule: ProgramRule; readonly given: Given };

function arity({ value }: Term): number {
  return Array.isArray(value) ? value.length : 0;
}

function domainOf(node: SchemaNode): ReadonlySet<string> {
  const words = node.kind === 'boolean' ? ['true', 'false'] : node.words.map((word) => JSON.stringify(word));
  return new Set([...words, ...(node.nullable ? ['null'] : []), ...(node.absent ? [ABSENT] : [])]);
}

/** Whether every definition of a rule yields true or nothing at all. */
function isTrueOrNothing(rule: ProgramRule): boolean {
  const [only, ...others] = partsOf(rule);
  const { head } = only!;
  if (others.length > 0 || rule.syntax.default || head.key || head.ref.length > 1) return false;
  return head.value === undefined || (head.value.type === 'boolean' && head.value.value);
}

function isOwn(name: string, rule: ProgramRule): boolean {
  return rule.locals.has(name) || name.startsWith('$');
}

function assignmentIn({
  terms,
  negated,
  with: modifiers,
}: Expr): { readonly name: string; readonly value: Term } | null {
  const call = callOf(terms);
  if (!call || negated || modifiers || textOf(call.operator) !== 'assign') return null;
  const [name, value] = call.args;
  return name?.type === 'var' && value ? { name: name.value, value } : null;
}
