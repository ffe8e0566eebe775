import type { SchemaNode } from './InputSchema.ts';
import { headMember, type Program, type ProgramRule, partsOf } from './Program.ts';
import { Shape } from './Shape.ts';
import {
  type At,
  type Body,
  callOf,
  type Expr,
  isEvery,
  isSome,
  isTerm,
  type RuleSyntax,
  type Term,
  termsIn,
  textOf,
} from './Syntax.ts';

/** A member that a policy reads of some value. */
export type Access = {
  readonly of: Shape;
  readonly name: string;
  /** The reference up to the member. */
  readonly text: string;
  readonly file: string;
  readonly at: At;
};

export type Shapes = {
  readonly accesses: readonly Access[];
  /** Every shape that was made; many are one. */
  readonly all: readonly Shape[];
  /** What a term is, where it was met. */
  readonly ofTerm: ReadonlyMap<Term, Shape>;
};

/** Functions that yield what their arguments hold. */
const SET_OPERATORS = new Set(['or', 'and', 'minus', 'array.concat', 'array.reverse', 'array.slice', 'sort']);
const COMPARISONS = new Set(['equal', 'neq', 'eq', 'assign']);

/** Finds out what values are by how rules use them, across functions, rules and packages. */
export function inferShapes(program: Program, input: SchemaNode, outcomes: SchemaNode): Shapes {
  const accesses: Access[] = [];
  const all: Shape[] = [];
  const ofTerm = new Map<Term, Shape>();
  const values = new Map<string, Shape>();
  const params = new Map<string, Shape>();
  const locals = new Map<ProgramRule, Map<string, Shape>>();
  const inputShape = made();
  inputShape.addNode(input);

  for (const rule of program.rules) {
    const outcome = rule.kind && headMember(rule, 'outcome');
    if (outcome) nodeShape(outcomes).unite(shapeOf(outcome, rule));
    for (const part of partsOf(rule)) readPart(part, rule);
  }
  return { accesses, all, ofTerm };

  function readPart({ head, body }: RuleSyntax, rule: ProgramRule): void {
    for (const [index, arg] of (head.args ?? []).entries()) param(rule.path, index).unite(shapeOf(arg, rule));
    const value = keyed(values, rule.path);
    if (head.value) {
      const shape = shapeOf(head.value, rule, rule.path);
      // `roles[role] := ..` yields an object; longer names are not followed.
      if (head.ref.length === 1) value.unite(shape);
    }
    if (head.key) value.element.unite(shapeOf(head.key, rule));
    readBody(body, rule);
  }

  function readBody(body: Body, rule: ProgramRule): void {
    for (const expr of body) readExpr(expr, rule);
  }

  function readExpr({ terms, with: modifiers = [] }: Expr, rule: ProgramRule): void {
    for (const { value } of modifiers) shapeOf(value, rule);
    if (isSome(terms)) for (const symbol of terms.symbols) shapeOf(symbol, rule);
    else if (isEvery(terms)) {
      const domain = shapeOf(terms.domain, rule);
      domain.element.unite(shapeOf(terms.value, rule));
      if (terms.key) domain.keys.unite(shapeOf(terms.key, rule));
      readBody(terms.body, rule);
    } else if (isTerm(terms)) shapeOf(terms, rule);
    else callShape(terms, rule);
  }

  function shapeOf(term: Term, rule: ProgramRule, defines?: string): Shape {
    const shape = freshShape(term, rule, defines);
    ofTerm.set(term, shape);
    return shape;
  }

  function freshShape(term: Term, rule: ProgramRule, defines: string | undefined): Shape {
    switch (term.type) {
      case 'string': {
        const shape = made();
        const at = term.location ?? rule.at;
        shape.addWord({ text: term.value, file: rule.file, at, ...(defines !== undefined && { defines }) });
        return shape;
      }
      case 'var':
      case 'ref':
        return refShape(term, rule);
      case 'array':
      case 'set': {
        const shape = made();
        for (const each of term.value) shape.element.unite(shapeOf(each, rule));
        return shape;
      }
      case 'object': {
        const shape = made();
        for (const [key, value] of term.value) {
          shape.keys.unite(shapeOf(key, rule));
          if (key.type === 'string') shape.member(key.value).unite(shapeOf(value, rule));
          else shape.element.unite(shapeOf(value, rule));
        }
        return shape;
      }
      case 'call':
        return callShape(term, rule);
      case 'arraycomprehension':
      case 'setcomprehension': {
        readBody(term.value.body, rule);
        const shape = made();
        shape.element.unite(shapeOf(term.value.term, rule));
        return shape;
      }
      case 'objectcomprehension': {
        readBody(term.value.body, rule);
        const shape = made();
        shape.keys.unite(shapeOf(term.value.key, rule));
        shape.element.unite(shapeOf(term.value.value, rule));
        return shape;
      }
      default:
        for (const inner of termsIn(term.value)) if (inner.type === 'ref') shapeOf(inner, rule);
        return made();
    }
  }

  function refShape(term: Term, rule: ProgramRule): Shape {
    const meaning = program.meaningOf(term, rule);
    const parts = term.type === 'ref' ? term.value : [term];
    let shape = baseOf(meaning, rule);
    for (const [index, part] of meaning.rest.entries()) {
      if (part.type === 'string') {
        const text = textOf({ type: 'ref', value: parts.slice(0, parts.length - meaning.rest.length + index + 1) });
        accesses.push({ of: shape, name: part.value, text, file: rule.file, at: part.location ?? rule.at });
        shape = shape.member(part.value);
      } else {
        const key = shapeOf(part, rule);
        if (part.type !== 'number') shape.keys.unite(key);
        shape = shape.element;
      }
    }
    return shape;
  }

  function baseOf(meaning: ReturnType<Program['meaningOf']>, rule: ProgramRule): Shape {
    switch (meaning.kind) {
      case 'input':
        return inputShape.root;
      case 'rule':
        return keyed(values, meaning.path);
      case 'name': {
        // Names that the compiler makes up for `_` stand for another value each time.
        if (meaning.name.startsWith('$') || meaning.name === '_') return made();
        const known = locals.get(rule) ?? new Map<string, Shape>();
        locals.set(rule, known);
        return keyed(known, meaning.name);
      }
      default:
        return made();
    }
  }

  function callShape(of: Term | readonly Term[], rule: ProgramRule): Shape {
    const call = callOf(of);
    if (!call) return made();
    const args = call.args.map((arg) => shapeOf(arg, rule));
    const meaning = program.meaningOf(call.operator, rule);
    if (meaning.kind === 'rule') {
      for (const [index, arg] of args.entries()) param(meaning.path, index).unite(arg);
      return keyed(values, meaning.path);
    }
    const name = textOf(call.operator);
    const [first, second, third] = args;
    if (COMPARISONS.has(name) && first && second) first.unite(second);
    else if (name === 'internal.member_2' && first && second) second.element.unite(first);
    else if (name === 'internal.member_3' && first && second && third) {
      third.keys.unite(first);
      third.element.unite(second);
    } else if (SET_OPERATORS.has(name)) {
      const shape = made();
      for (const arg of args) shape.element.unite(arg.element);
      return shape;
    }
    return made();
  }

  function param(path: string, index: number): Shape {
    return keyed(params, `${path} ${index}`);
  }

  function nodeShape(node: SchemaNode): Shape {
    const shape = made();
    shape.addNode(node);
    return shape;
  }

  function keyed(shapes: Map<string, Shape>, key: string): Shape {
    const shape = shapes.get(key) ?? made();
    shapes.set(key, shape);
    return shape.root;
  }

  function made(): Shape {
    const shape = new Shape();
    all.push(shape);
    return shape;
  }
}
