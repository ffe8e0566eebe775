import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reporter, TestCase, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { type ClauseRegister, loadClauses, suggestClauses } from '../engine/clauses/ClauseRegister.ts';
import { clausesInTitle, readShown, SHOWN_FILE } from '../engine/clauses/shownClauses.ts';

/**
 * A vitest reporter that writes which passing tests show which clauses to `docs/clauses/shown.json`.
 *
 * It writes only after a run of all tests of a suite in which none failed, and only when the content changes; what the
 * other suites have shown stays. A title that names a clause that does not exist, or names one elsewhere than at its end,
 * fails every run.
 */
export class ClauseReporter implements Reporter {
  readonly #register: ClauseRegister;
  #vitest: Vitest | undefined;

  constructor({ root = join(import.meta.dirname, '..') }: { readonly root?: string } = {}) {
    this.#register = loadClauses(root);
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const problems = tests.flatMap((test) => titleProblems(test, this.#register));
    if (problems.length > 0) {
      for (const problem of problems) console.error(`clauses: ${problem}`);
      process.exitCode = 1;
      return;
    }
    const passing = reason === 'passed' && unhandledErrors.length === 0;
    if (!passing || !this.#vitest || !(await isWhole(this.#vitest, modules, tests))) return;
    const { root } = this.#vitest.config;
    writeWhenChanged(join(root, SHOWN_FILE), shownBy(tests, shownElsewhere(root, modules)));
  }
}

function titleProblems(test: TestCase, register: ClauseRegister): readonly string[] {
  const place = `${test.module.relativeModuleId} > ${test.fullName}`;
  const { title, clauses } = clausesInTitle(test.fullName);
  const stray = /\[(?:DH|RA|SH|CC|SC)-[^\]]*\]/.exec(title)?.[0];
  const unknown = clauses.filter((id) => !register.byId.has(id));
  return [
    ...(stray
      ? [`${place}\n  \`${stray}\` has to stand at the end of the test's own title, one id in each pair of brackets`]
      : []),
    ...unknown.map((id) => {
      const guess = suggestClauses(register, id).map((each) => `\`${each}\``);
      return `${place}\n  no clause \`${id}\`${guess.length > 0 ? `; did you mean ${guess.join(' or ')}?` : ''}`;
    }),
  ];
}

async function isWhole(vitest: Vitest, modules: readonly TestModule[], tests: readonly TestCase[]): Promise<boolean> {
  const { config } = vitest;
  if (config.testNamePattern || config.tagsFilter || config.related || config.changed || config.shard) return false;
  if (config.dir && config.dir !== config.root) return false;
  // A skipped test shows nothing today, which does not mean that it never did: leave the file alone.
  if (tests.some((test) => test.result().state !== 'passed' && clausesInTitle(test.name).clauses.length > 0))
    return false;
  const ran = new Set(modules.map((module) => module.moduleId));
  const all = await vitest.globTestSpecifications();
  return all.every((specification) => ran.has(specification.moduleId));
}

type Shown = { readonly clause: string; readonly by: string };

/** What tests of other suites have shown, as far as their files are still there. */
function shownElsewhere(root: string, modules: readonly TestModule[]): readonly Shown[] {
  const suites = new Set(modules.map((module) => suiteOf(module.relativeModuleId)));
  return Object.entries(readShown(root)).flatMap(([clause, tests]) =>
    tests
      .map((by) => ({ clause, by }))
      .filter(({ by }) => {
        const file = by.slice(0, by.indexOf(' > '));
        return !suites.has(suiteOf(file)) && existsSync(join(root, file));
      }),
  );
}

/** Files of a suite share their last two extensions: `.test.ts`, `.system.ts`. */
function suiteOf(file: string): string {
  return file.split('.').slice(-2).join('.');
}

function shownBy(tests: readonly TestCase[], others: readonly Shown[]): string {
  const shown = new Map<string, Set<string>>();
  const add = ({ clause, by }: Shown) => shown.set(clause, (shown.get(clause) ?? new Set<string>()).add(by));
  for (const other of others) add(other);
  for (const test of tests) {
    const { title, clauses } = clausesInTitle(test.fullName);
    for (const clause of clauses) add({ clause, by: `${test.module.relativeModuleId} > ${title}` });
  }
  const sorted = [...shown.keys()].sort().map((id) => [id, [...shown.get(id)!].sort()] as const);
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

function writeWhenChanged(file: string, content: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
