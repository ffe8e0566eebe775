/** A place in a file; rows and columns count from 1. */
export type At = { readonly row: number; readonly col: number };
type Located = { readonly location?: At };

/** A Rego file as OPA parses it, in OPA's own JSON form (v1/ast), as far as checks need it. */
export type Syntax = {
  readonly package: Located & { readonly path: readonly Term[] };
  readonly imports: readonly Import[] | null;
  readonly rules: readonly RuleSyntax[] | null;
};

type Import = Located & { readonly path: Term; readonly alias?: string };

export type RuleSyntax = Located & {
  readonly head: Head;
  readonly body: Body;
  readonly default?: true;
  readonly else?: RuleSyntax;
  readonly annotations?: readonly Annotations[];
};

/** What the METADATA of a rule says, as far as checks need it. */
type Annotations = Located & {
  readonly entrypoint?: boolean;
  readonly custom?: { readonly waivable?: unknown };
};

type Head = Located & {
  readonly ref: readonly Term[];
  readonly args?: readonly Term[];
  readonly key?: Term;
  readonly value?: Term;
};

export type Body = readonly Expr[];

/** A statement of a body: a term alone, a call as operator and arguments, `some` or `every`. */
export type Expr = Located & {
  readonly terms: Term | readonly Term[] | SomeDeclaration | Every;
  readonly negated?: true;
  readonly with?: readonly { readonly target: Term; readonly value: Term }[];
  readonly generated?: true;
};

export type SomeDeclaration = Located & { readonly symbols: readonly Term[] };
export type Every = Located & {
  readonly key: Term | null;
  readonly value: Term;
  readonly domain: Term;
  readonly body: Body;
};

export type Term = Located &
  (
    | { readonly type: 'null'; readonly value: null }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'number'; readonly value: number }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'var'; readonly value: string }
    | { readonly type: 'ref' | 'call' | 'array' | 'set'; readonly value: readonly Term[] }
    | { readonly type: 'object'; readonly value: readonly (readonly [Term, Term])[] }
    | {
        readonly type: 'arraycomprehension' | 'setcomprehension';
        readonly value: { readonly term: Term; readonly body: Body };
      }
    | {
        readonly type: 'objectcomprehension';
        readonly value: { readonly key: Term; readonly value: Term; readonly body: Body };
      }
    | { readonly type: 'templatestring'; readonly value: { readonly parts: readonly unknown[] } }
  );

export function isTerm(terms: Expr['terms']): terms is Term {
  return 'type' in terms;
}

export function isSome(terms: Expr['terms']): terms is SomeDeclaration {
  return 'symbols' in terms;
}

export function isEvery(terms: Expr['terms']): terms is Every {
  return 'domain' in terms;
}

/** A call, as a term or as a statement, in one form. */
export type Call = { readonly operator: Term; readonly args: readonly Term[] };

export function callOf(of: Term | Expr['terms']): Call | null {
  const list = Array.isArray(of) ? (of as readonly Term[]) : 'type' in of && of.type === 'call' ? of.value : null;
  const [operator, ...args] = list ?? [];
  return operator ? { operator, args } : null;
}

/** Every term in a part of a file, outer before inner, without those of METADATA. */
export function* termsIn(node: unknown): Generator<Term> {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) yield* termsIn(each);
    return;
  }
  if ('type' in node && 'value' in node) yield node as Term;
  for (const [key, value] of Object.entries(node))
    if (key !== 'location' && key !== 'annotations') yield* termsIn(value);
}

/** A term as it is written, near enough to be read in a message and to be compared with another. */
export function textOf(term: Term): string {
  switch (term.type) {
    case 'string':
      return JSON.stringify(term.value);
    case 'null':
    case 'boolean':
    case 'number':
    case 'var':
      return String(term.value);
    case 'ref':
      return refText(term.value);
    case 'call': {
      const [operator, ...args] = term.value;
      return `${operator ? textOf(operator) : ''}(${args.map(textOf).join(', ')})`;
    }
    case 'array':
      return `[${term.value.map(textOf).join(', ')}]`;
    case 'set':
      return `{${term.value.map(textOf).sort().join(', ')}}`;
    case 'object':
      return `{${term.value.map(([key, value]) => `${textOf(key)}: ${textOf(value)}`).join(', ')}}`;
    default:
      return [...termsIn(term.value)].map((each) => (isSimple(each) ? String(each.value) : each.type)).join(' ');
  }
}

function refText([head, ...rest]: readonly Term[]): string {
  const tail = rest.map((part) =>
    part.type === 'string' && /^\w+$/.test(part.value) ? `.${part.value}` : `[${textOf(part).replace(/^\$\d+$/, '_')}]`,
  );
  return `${head ? textOf(head) : ''}${tail.join('')}`;
}

function isSimple(term: Term): boolean {
  return typeof term.value !== 'object';
}
