import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Compiled } from '../../engine/rego/Compiled.ts';
import { compilePlan } from '../../engine/rego/compiled/compilePlan.ts';
import { showCompiled } from '../../engine/rego/compiled/showCompiled.ts';
import { translate } from '../../engine/rego/compiled/translate.ts';
import { verifyPlan } from '../../engine/rego/compiled/verifyPlan.ts';
import { loadValidPolicies } from '../../engine/rego/loadPolicies.ts';
import type { ReadSet } from '../../engine/rego/readSet.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { print, printJson } from '../output.ts';
import { inRepository, isWithin, repositoryRoot } from '../repositoryRoot.ts';
import type { ExitCode, Verb } from '../Verb.ts';

/** `twinward compile`: compiles policies, and shows what the evaluator runs in their place. */
export const verb: Verb = {
  examples: [
    'twinward compile                         the active policies: digest, sizes, entry points',
    'twinward compile --show sharing.tiered   the JavaScript that one policy became, line by line',
    'twinward compile heat_wave --json        with a draft in the place of active policies',
  ],
  configure(command) {
    command
      .argument('[policy]', 'a policy such as `sharing.tiered`, its folder, or a draft')
      .option('--show', 'print the code that is run, with comments that say where it comes from')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { show, json } = command.opts<{ show?: true; json?: true }>();
    const [name] = command.args;
    const policy = name === undefined ? undefined : policyOf(name);
    const draft = name === undefined || policy !== undefined ? undefined : findNamed(name, DRAFTS, true);
    const { compiled, at } = await loadValidPolicies(join(repositoryRoot, 'policies'), { ...(draft && { draft }) });
    if (show) print(showCompiled(compiled, policy));
    else describe(compiled, at(Date.now()).evaluator.readSet, json === true);
    return 0;
  },
};

function describe(compiled: Compiled, readSet: ReadSet, json: boolean): void {
  const verified = verifyPlan(compiled.plan);
  const { source } = translate(verified);
  const started = performance.now();
  const { queries } = compilePlan(compiled.plan);
  const told = {
    hash: compiled.hash,
    bytes: { wasm: compiled.wasm.length, plan: JSON.stringify(compiled.plan).length, source: source.length },
    functions: verified.functions.length,
    builtins: [...verified.builtins].sort(),
    entrypoints: [...queries.keys()],
    readSet: readSet.map((path) => path.join('.')),
  };
  if (json) printJson(told);
  else print(report(told, performance.now() - started));
}

type Told = {
  readonly hash: string;
  readonly bytes: { readonly wasm: number; readonly plan: number; readonly source: number };
  readonly functions: number;
  readonly builtins: readonly string[];
  readonly entrypoints: readonly string[];
  readonly readSet: readonly string[];
};

function report({ hash, bytes, functions, builtins, entrypoints, readSet }: Told, milliseconds: number): string {
  return [
    `bundle ${hash}`,
    `${functions} rules and functions became ${bytes.source} bytes of JavaScript in ${milliseconds.toFixed(0)} ms`,
    `reference: ${bytes.wasm} bytes of Wasm; plan: ${bytes.plan} bytes`,
    `builtins: ${builtins.join(', ') || 'none'}`,
    `entry points: ${entrypoints.length}, of which \`${entrypoints[0]}\` is the verdict`,
    `reads of the input: ${readSet.join(', ')}`,
  ].join('\n');
}

/** The package that a name, or a file or folder of an active policy, stands for; undefined for a draft. */
function policyOf(name: string): string | undefined {
  if (/^\w+(\.\w+)+$/.test(name) && !name.endsWith('.rego')) return name;
  const inside = existsSync(name) ? inRepository(name) : '';
  if (!isWithin(inside, 'policies') || inside === 'policies' || isWithin(inside, 'policies/drafts')) return undefined;
  const folder = inside.replace(/\/[^/]+\.rego$/, '');
  return folder.replace(/^policies\//, '').replaceAll('/', '.');
}
