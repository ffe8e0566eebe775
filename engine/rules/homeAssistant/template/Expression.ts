/** An expression of a template, as it is written. `at` is where it begins, counted from the start of the template. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly at: number }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Expression])[]; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression; readonly at: number }
  | { readonly kind: 'call'; readonly of: Expression; readonly args: readonly Expression[]; readonly at: number }
  | {
      readonly kind: 'filter';
      readonly name: string;
      readonly of: Expression;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  | {
      readonly kind: 'test';
      readonly name: string;
      readonly of: Expression;
      readonly not: boolean;
      readonly at: number;
    }
  | { readonly kind: 'not' | 'minus'; readonly of: Expression; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression | null;
      readonly at: number;
    };

export type BinaryOperator =
  | ('and' | 'or' | 'in' | 'not in')
  | ('==' | '!=' | '<' | '<=' | '>' | '>=')
  | ('~' | '+' | '-' | '*' | '/' | '//' | '%');

/** A part of a template: text as it is, a value, a choice, or a name that is given a value. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression; readonly at: number }
  | {
      readonly kind: 'choice';
      readonly branches: readonly { readonly test: Expression; readonly parts: Template }[];
      readonly otherwise: Template;
      readonly at: number;
    };
export type Template = readonly TemplatePart[];
