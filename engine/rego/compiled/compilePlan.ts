import type { Plan } from '../Plan.ts';
import type { RegoValue } from '../RegoValue.ts';
import { bindBuiltin } from './builtins/index.ts';
import { EvaluationFault } from './EvaluationFault.ts';
import type { ObjectLeaves } from './objectLeaves.ts';
import { plainKey } from './plainKey.ts';
import { makeRuntime } from './runtime.ts';
import { DEFAULT_STEP_LIMIT, Steps } from './Steps.ts';
import { type MarkedStatement, translate } from './translate.ts';
import { verifyPlan } from './verifyPlan.ts';

export type CompileOptions = {
  /** How many steps an evaluation may take. */
  readonly stepLimit?: number;
  /** Marks what is run. */
  readonly coverage?: boolean;
};

/** Asks one entry point: its value, or undefined. Throws an `EvaluationFault` where there is neither. */
type Query = (input: unknown, data: unknown) => RegoValue;

/** Asks the rules of an entry point that makes an object of objects of them: number and value of those that say something. */
export type ObjectQuery = ObjectLeaves & {
  readonly ask: (input: unknown, data: unknown) => readonly RegoValue[] | undefined;
};

export type Program = {
  /** The entry points by their paths. */
  readonly queries: ReadonlyMap<string, Query>;
  /** The entry points that make an object of objects of rules. */
  readonly objects: ReadonlyMap<string, ObjectQuery>;
  /** Values that rules build of constants alone: the same at each evaluation. */
  readonly constants: ReadonlySet<RegoValue>;
  /** With coverage: the statements that come from policies, and beside each 1 where it was run. Whoever asks may clear it. */
  readonly marked: readonly MarkedStatement[];
  readonly run: Uint8Array;
};

/**
 * Makes functions of a plan, one for each entry point, by translating it to JavaScript once. They share what they know of
 * rules within one evaluation and nothing between two.
 *
 * Throws `policy:plan.invalid` and `policy:plan.unsupported` (verifyPlan).
 */
export function compilePlan(
  plan: Plan,
  { stepLimit = DEFAULT_STEP_LIMIT, coverage = false }: CompileOptions = {},
): Program {
  const verified = verifyPlan(plan);
  const { source, constants, builtins, marked, leaves } = translate(verified, { coverage });
  const run = new Uint8Array(marked.length);
  const steps = new Steps(stepLimit);
  const strings = verified.strings.map(interned);
  const make = new Function('S', 'P', 'K', 'B', 'R', 'C', source) as MakeProgram;
  const {
    begin,
    queries,
    leaves: askLeaves,
  } = make(
    strings,
    strings.map(plainKey),
    constants,
    builtins.map((name) => bindBuiltin(name, steps)),
    makeRuntime(steps, verified.files),
    run,
  );
  return {
    queries: new Map(verified.queries.map(({ name }, at) => [name, ask(queries[at]!)])),
    objects: new Map(
      verified.queries.flatMap(({ name }, at) => {
        const [known, query] = [leaves[at], askLeaves[at]];
        return known && query ? [[name, { ...known, ask: ask(query) }] as const] : [];
      }),
    ),
    constants: new Set(constants),
    marked,
    run,
  };

  function ask<Value>(query: (input: unknown, data: unknown) => Value): (input: unknown, data: unknown) => Value {
    return (input, data) => {
      steps.left = stepLimit;
      begin();
      // INVARIANT: what generated code reads under a key is the object's own. Code that changes all objects breaks it.
      for (const name in {}) throw new EvaluationFault('policy:evaluation.failed', `every object has a \`${name}\``);
      try {
        return query(input, data);
      } catch (error) {
        throw toFault(error);
      }
    };
  }
}

/**
 * The one copy of a text that the engine keeps for names. A text from another thread is none, and reading with it as a
 * key is several times slower.
 */
function interned(text: string): string {
  return Object.keys({ [text]: true })[0]!;
}

type MakeProgram = (...tables: readonly unknown[]) => {
  readonly begin: () => void;
  readonly queries: readonly Query[];
  readonly leaves: readonly (ObjectQuery['ask'] | undefined)[];
};

/** Whatever a policy runs into is an answer, and never a failure of the one who asks. */
function toFault(error: unknown): EvaluationFault {
  if (error instanceof EvaluationFault) return error;
  const message = error instanceof RangeError ? 'a value nests too deep, or has no end' : String(error);
  return new EvaluationFault('policy:evaluation.failed', `the policies could not be evaluated: ${message}`);
}
