import type { CodedError } from '../../twin/CodedError.ts';
import { OUTCOMES } from '../../twin/words.ts';
import type { ClauseRegister } from '../clauses/ClauseRegister.ts';
import type { Compiled, Problem, RegoModule } from './Compiled.ts';
import { explainDiagnostic } from './checks/explainDiagnostic.ts';
import { formatting } from './checks/formatting.ts';
import { readSchemaNodes, type SchemaNode } from './checks/InputSchema.ts';
import { POLICY_CHECKS } from './checks/index.ts';
import { inferShapes } from './checks/inferShapes.ts';
import type { Checkable } from './checks/PolicyCheck.ts';
import { Program, type ProgramRule } from './checks/Program.ts';
import { OUTCOME_PATH } from './checks/unknownWords.ts';
import { withoutCase } from './checks/withoutCase.ts';
import { composeDraft } from './composeDraft.ts';
import { compilationOf, metadataProblems, openModules, type PolicyLoad, withoutComposition } from './loadPolicies.ts';
import { loadPolicyCases } from './loadPolicyCases.ts';
import { findDraft, findPolicies, findPolicyTests, readInputSchema } from './policyFiles.ts';
import type { RegoCompiler } from './RegoCompiler.ts';

export type PolicyCheckOptions = {
  readonly compiler: RegoCompiler;
  readonly register: ClauseRegister;
  /** Check this draft, in the place of the active policies of the same packages. */
  readonly draft?: string;
};

/** The files that were checked, and everything that is wrong with them. */
export type CheckedPolicies = { readonly files: readonly string[]; readonly problems: readonly Problem[] };

/**
 * Checks the policies under a folder with their tests and cases, or a draft among them: what OPA's compiler finds, formatting,
 * METADATA, and `POLICY_CHECKS`. A file that does not parse keeps nothing else from being checked.
 *
 * Throws `policy:folder.not_found`, `policy:draft.not_found` and `policy:schema.invalid`.
 */
export async function checkPolicies(root: string, options: PolicyCheckOptions): Promise<CheckedPolicies> {
  const { draft } = options;
  const drafted = draft === undefined ? [] : findDraft(root, draft);
  const { modules, changes } = composeDraft(findPolicies(root), drafted);
  const files = new Set(drafted.map(({ file }) => file));
  const focus = ({ file }: ProgramRule) => draft === undefined || files.has(file);
  // Tests speak of the active policies from within, so a draft would break them by being one.
  const tests = draft === undefined ? findPolicyTests(root) : [];
  const { problems, rules, compiled } = await look({ modules, tests, focus }, readInputSchema(root), options);
  const open = () => compiled && openModules(compiled, modules, changes);
  if (draft === undefined) return withCases(root, { modules, tests, problems, rules, open }, options);
  const told = problems.filter(({ code, file }) => !isOpinion(code) || files.has(file ?? ''));
  return { files: [...files], problems: told.length > 0 ? told : rejections(open()) };
}

type Modules = { readonly modules: readonly RegoModule[]; readonly tests: readonly RegoModule[] };

/** What was found in the text of policies, the names of their rules where all could be read, and what they were compiled to. */
type Looked = {
  readonly problems: readonly Problem[];
  readonly rules: readonly string[] | null;
  readonly compiled: Compiled | null;
};

async function look(
  { modules, tests, focus }: Modules & Pick<Checkable, 'focus'>,
  inputSchema: unknown,
  { compiler, register }: PolicyCheckOptions,
): Promise<Looked> {
  const { all, entrypoints } = compilationOf(modules);
  const inspected = await compiler.inspect([...all, ...tests], { inputSchema, entrypoints });
  const isPolicy = ({ file }: { readonly file?: string }) => modules.some((module) => module.file === file);
  const [packages, rules] = [inspected.packages.filter(isPolicy), inspected.rules.filter(isPolicy)];
  const program = new Program(
    Object.fromEntries(Object.entries(inspected.syntax).filter(([file]) => isPolicy({ file }))),
    modules,
  );
  const input = readSchemaNodes(inputSchema);
  const whole = !inspected.diagnostics.some((each) => each.code === 'rego_parse_error' && isPolicy(each));
  const shapes = inferShapes(program, input, OUTCOME_NODE);
  const own = POLICY_CHECKS.flatMap((check) => check({ program, shapes, input, register, focus, whole }));
  const diagnostics = inspected.diagnostics.filter((each) => !isToldBetter(each, own));
  return {
    problems: [
      ...diagnostics.map((each) =>
        withoutComposition(explainDiagnostic(each, { program, builtins: inspected.builtins })),
      ),
      ...own,
      ...metadataProblems({ packages, rules }, modules),
      ...formatting([...modules, ...tests], inspected.formatted),
    ],
    rules: whole ? [NO_PERMIT_RULE, ...rules.map(({ package: of, id }) => `${of}/${id}`)] : null,
    compiled: inspected.compiled && { ...inspected.compiled, packages, rules },
  };
}

/** Adds what is wrong with cases; when nothing else is, the cases are decided. */
function withCases(
  root: string,
  {
    modules,
    tests,
    problems,
    rules,
    open,
  }: Modules & Pick<Looked, 'problems' | 'rules'> & { readonly open: () => PolicyLoad | null },
  { register }: PolicyCheckOptions,
): CheckedPolicies {
  const { files, cases, problems: wrong } = loadPolicyCases(root, { rules, clauses: [...register.byId.keys()] });
  const all = [...problems, ...wrong.map(problemOf)];
  const load = all.length === 0 ? open() : null;
  return {
    files: [...[...modules, ...tests].map(({ file }) => file), ...files],
    problems: load?.kind === 'loaded' ? withoutCase(load.bundle, cases, Date.now()) : [...all, ...rejections(load)],
  };
}

function rejections(load: PolicyLoad | null): readonly Problem[] {
  return load?.kind === 'rejected' ? load.problems : [];
}

/** The reason where nothing permits, which cases can name as one. */
const NO_PERMIT_RULE = 'main/no_permit';

/** Outcomes are words of a closed list, as those of the input are. */
const OUTCOME_NODE: SchemaNode = {
  path: OUTCOME_PATH,
  kind: 'word',
  words: OUTCOMES,
  members: new Map(),
  open: false,
  element: null,
  bounded: true,
  nullable: false,
  absent: false,
};

/** What says that a name means nothing: a check of ours tells the same with its column and what was meant. */
const UNKNOWN = new Set(['policy:input.unknown_path', 'policy:reference.unknown', 'policy:reads.document']);

function isToldBetter({ code, message, file, row }: Problem, own: readonly Problem[]): boolean {
  if (code !== 'rego_type_error' || !message.startsWith('undefined ')) return false;
  return own.some((each) => UNKNOWN.has(each.code) && each.file === file && each.row === row);
}

/** What is right in itself but makes little sense among all policies: a draft is not asked about theirs. */
function isOpinion(code: string): boolean {
  return code === 'policy:format' || code.startsWith('policy:rule.');
}

function problemOf({ code, message, place, hint }: CodedError): Problem {
  const { file, line, column } = place ?? {};
  return {
    code,
    message,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { row: line }),
    ...(column !== undefined && { col: column }),
    ...(hint !== undefined && { hint }),
  };
}
