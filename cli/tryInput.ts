import { join } from 'node:path';
import { parse } from 'yaml';
import { DataSource } from '../engine/documents/DataSource.ts';
import { type Places, schemaCheck, schemaProblems } from '../engine/documents/schemaProblems.ts';
import type { PolicyInput } from '../engine/facts/PolicyInput.ts';
import { mergeInput } from '../engine/rego/mergeInput.ts';
import { readPolicyCases } from '../engine/rego/policyCases.ts';
import { readInputSchema } from '../engine/rego/policyFiles.ts';
import { CodedError } from '../twin/CodedError.ts';
import { formatProblem, problemOf } from './problems.ts';
import { readInput } from './readInput.ts';

/** How a command line gives an input. */
export type GivenInput = {
  /** A file that is merged over the default input; `-` for standard input. */
  readonly input?: string;
  /** `file:line` of a case, whose input it is. */
  readonly case?: string;
  /** Members to change, as `resource.label.grade=core`. */
  readonly set: readonly string[];
};

/**
 * The input that a command line gives: the default one, or that of a case, with what a file and `--set` change. Throws
 * `policy:input.invalid` with every problem, each with its place.
 */
export async function tryInput(root: string, given: GivenInput): Promise<PolicyInput> {
  const base =
    given.case === undefined
      ? parse(await readInput(join(root, 'default_input.yaml')), { merge: true })
      : inputOfCase(root, given.case);
  const file = given.input === '-' ? 'standard input' : given.input;
  const source = file === undefined ? null : new DataSource(file, await readInput(given.input!), 'policy');
  const input = given.set.reduce(assign, mergeInput(base, source?.value));
  const fits = schemaCheck(readInputSchema(root) as object);
  if (fits(input)) return input as PolicyInput;
  throw refused(schemaProblems(source ?? withoutPlaces, fits));
}

function inputOfCase(root: string, wanted: string): PolicyInput {
  const [, file = '', line = ''] = /^(.+):(\d+)$/.exec(wanted) ?? [];
  const cases = readPolicyCases(root).filter((each) => each.file === file);
  const found = cases.findLast((each) => each.line <= Number(line));
  if (found) return found.input;
  throw new CodedError('command:usage', `no case stands at \`${wanted}\``, {
    hint:
      cases.length > 0
        ? `the first one of the file begins on line ${cases[0]!.line}`
        : 'write it as a failing test does, as policies/sharing/grades/cases.yaml:1',
  });
}

/** One `path=value`; the value is YAML. */
function assign(input: unknown, assignment: string): unknown {
  const [, path, text = ''] = /^([\w.]+)=(.*)$/s.exec(assignment) ?? [];
  if (path === undefined) {
    throw new CodedError('command:usage', `\`--set ${assignment}\` is no path and value`, {
      hint: 'write `--set resource.label.grade=core`',
    });
  }
  const value = new DataSource(`--set ${path}`, text, 'policy').value;
  const change = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return mergeInput(input, change);
}

const withoutPlaces: Places = {
  area: 'policy',
  place: (path) => ({ path: `/${path.join('/')}` }),
  placeOfKey: (path) => ({ path: `/${path.join('/')}` }),
};

function refused(problems: readonly CodedError[]): CodedError {
  const [first, ...others] = problems;
  if (!first || others.length === 0) return first!;
  return new CodedError('policy:input.invalid', `the input has ${problems.length} problems`, {
    hint: problems.map((problem) => formatProblem(problemOf(problem))).join('\n'),
  });
}
