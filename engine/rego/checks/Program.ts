import type { RegoModule } from '../Compiled.ts';
import { RULE_KINDS, type RuleKind } from '../RuleSource.ts';
import {
  type At,
  callOf,
  type Expr,
  isEvery,
  isSome,
  type RuleSyntax,
  type Syntax,
  type Term,
  termsIn,
} from './Syntax.ts';

/** One definition of a rule, with its place and what its names mean. */
export type ProgramRule = {
  readonly file: string;
  readonly package: string;
  readonly name: string;
  /** `sharing.care._asked`; every definition of one rule has it. */
  readonly path: string;
  readonly kind: RuleKind | null;
  readonly syntax: RuleSyntax;
  readonly at: At;
  /** The names that the definition declares itself: they hide rules and imports of the same name. */
  readonly locals: ReadonlySet<string>;
};

/** What a reference means. `rest` are the terms behind what was found. */
export type Meaning =
  | { readonly kind: 'input'; readonly rest: readonly Term[] }
  | { readonly kind: 'rule'; readonly path: string; readonly rest: readonly Term[] }
  | { readonly kind: 'package'; readonly path: string; readonly rest: readonly Term[] }
  | { readonly kind: 'document'; readonly path: string; readonly rest: readonly Term[] }
  | { readonly kind: 'name'; readonly name: string; readonly rest: readonly Term[] };

/** The parsed policies as one program: its rules by name, and what each reference in them means. */
export class Program {
  readonly files: ReadonlyMap<string, Syntax>;
  readonly rules: readonly ProgramRule[];
  readonly byPath: ReadonlyMap<string, readonly ProgramRule[]>;
  readonly packages: ReadonlySet<string>;
  readonly sources: ReadonlyMap<string, string>;
  readonly #terms = new Map<ProgramRule, readonly Term[]>();
  readonly #aliases: ReadonlyMap<string, ReadonlyMap<string, readonly Term[]>>;

  constructor(syntax: Readonly<Record<string, Syntax>>, modules: readonly RegoModule[]) {
    this.files = new Map(Object.entries(syntax).sort(([a], [b]) => (a < b ? -1 : 1)));
    this.sources = new Map(modules.map(({ file, source }) => [file, source]));
    this.rules = [...this.files].flatMap(([file, each]) =>
      (each.rules ?? []).map((rule) => ruleOf(file, packageName(each), rule)),
    );
    this.byPath = Map.groupBy(this.rules, ({ path }) => path);
    this.packages = new Set([...this.files.values()].map(packageName));
    this.#aliases = new Map([...this.files].map(([file, each]) => [file, aliasesOf(each)]));
  }

  /** What a variable or reference means in a rule. */
  meaningOf(term: Term, rule: ProgramRule): Meaning {
    const [head, ...rest] = term.type === 'ref' ? term.value : [term];
    const name = head?.type === 'var' ? head.value : '';
    if (name === 'input') return { kind: 'input', rest };
    if (name === 'data') return this.#dataMeaning(rest);
    if (!rule.locals.has(name)) {
      const alias = this.#aliases.get(rule.file)?.get(name);
      if (alias) return this.#importMeaning(alias, rest);
      const path = `${rule.package}.${name}`;
      if (this.byPath.has(path)) return { kind: 'rule', path, rest };
    }
    return { kind: 'name', name, rest };
  }

  /** Every term of a rule, outer before inner. */
  termsOf(rule: ProgramRule): readonly Term[] {
    const terms = this.#terms.get(rule) ?? [...termsIn(rule.syntax)];
    this.#terms.set(rule, terms);
    return terms;
  }

  /** The names by which a file can speak of others. */
  aliases(file: string): readonly string[] {
    return [...(this.#aliases.get(file)?.keys() ?? [])];
  }

  #importMeaning(alias: readonly Term[], rest: readonly Term[]): Meaning {
    const [root, ...inside] = alias;
    if (root?.type === 'var' && root.value === 'input') return { kind: 'input', rest: [...inside, ...rest] };
    return this.#dataMeaning([...inside, ...rest]);
  }

  // The longest package that the reference begins with, then a rule of it.
  #dataMeaning(terms: readonly Term[]): Meaning {
    const fixed = terms.findIndex(({ type }) => type !== 'string');
    const names = terms.slice(0, fixed < 0 ? undefined : fixed).map(({ value }) => String(value));
    for (let length = names.length; length > 0; length--) {
      const path = names.slice(0, length).join('.');
      if (this.byPath.has(path)) return { kind: 'rule', path, rest: terms.slice(length) };
      if (this.packages.has(path)) return { kind: 'package', path, rest: terms.slice(length) };
    }
    return { kind: 'document', path: names.join('.'), rest: terms };
  }
}

/** Every part of a rule's definition that can yield its value: its body, and those behind `else`. */
export function partsOf({ syntax }: ProgramRule): readonly RuleSyntax[] {
  const parts = [];
  for (let part: RuleSyntax | undefined = syntax; part; part = part.else) parts.push(part);
  return parts;
}

/** The member of a rule's head that adds an object to a set. */
export function headMember({ syntax }: ProgramRule, name: string): Term | undefined {
  const { key } = syntax.head;
  if (key?.type !== 'object') return undefined;
  return key.value.find(([each]) => each.type === 'string' && each.value === name)?.[1];
}

/** The name by which a reason calls a rule. */
export function ruleId(rule: ProgramRule): string | null {
  const id = headMember(rule, 'rule');
  return id?.type === 'string' ? id.value : null;
}

function ruleOf(file: string, name: string, syntax: RuleSyntax): ProgramRule {
  const [head] = syntax.head.ref;
  const own = String(head?.value ?? '');
  return {
    file,
    package: name,
    name: own,
    path: `${name}.${own}`,
    kind: RULE_KINDS.find((kind) => kind === own) ?? null,
    syntax,
    at: syntax.location ?? { row: 1, col: 1 },
    locals: new Set(declaredIn(syntax)),
  };
}

function* declaredIn(syntax: RuleSyntax): Generator<string> {
  for (const part of partsOf({ syntax } as ProgramRule)) {
    yield* variables(part.head.args ?? []);
    for (const expr of exprsIn(part)) {
      const { terms } = expr;
      if (isSome(terms)) yield* variables(terms.symbols.flatMap((each) => callOf(each)?.args.slice(0, -1) ?? [each]));
      else if (isEvery(terms)) yield* variables([terms.key, terms.value]);
      else if (isAssignment(terms)) yield* variables([callOf(terms)?.args[0]]);
    }
  }
}

function isAssignment(terms: Expr['terms']): boolean {
  const operator = callOf(terms)?.operator;
  return operator?.type === 'ref' && operator.value[0]?.value === 'assign';
}

function* variables(terms: readonly (Term | null | undefined)[]): Generator<string> {
  for (const term of termsIn(terms)) if (term.type === 'var') yield term.value;
}

/** Every statement in a part of a file, those of comprehensions and `every` too. */
function* exprsIn(node: unknown): Generator<Expr> {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) yield* exprsIn(each);
    return;
  }
  if ('terms' in node) yield node as Expr;
  for (const [key, value] of Object.entries(node))
    if (key !== 'location' && key !== 'annotations') yield* exprsIn(value);
}

function packageName({ package: { path } }: Syntax): string {
  return path
    .slice(1)
    .map(({ value }) => String(value))
    .join('.');
}

function aliasesOf({ imports }: Syntax): ReadonlyMap<string, readonly Term[]> {
  return new Map(
    (imports ?? []).flatMap(({ path, alias }) => {
      if (path.type !== 'ref') return [];
      const name = alias ?? String(path.value.at(-1)?.value);
      return path.value[0]?.value === 'rego' ? [] : [[name, path.value] as const];
    }),
  );
}
