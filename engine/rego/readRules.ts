import { dirname } from 'node:path/posix';
import type { Compiled, Problem, RegoMetadata, RegoPackage, RegoRule } from './Compiled.ts';
import { REQUIRED_KEYS } from './metadataKeys.ts';
import { dateProblems } from './policyDates.ts';
import { RULE_KINDS, type RuleKind, type RuleSource } from './RuleSource.ts';

/**
 * The rules that reasons can name, with what their METADATA says, and what is missing there: each policy needs a title, an
 * owner and dates, each of its rules an id of its own, a title and clauses.
 */
export function readRules({ packages, rules }: Pick<Compiled, 'packages' | 'rules'>): {
  readonly rules: readonly RuleSource[];
  readonly problems: readonly Problem[];
} {
  const deciding = rules.filter(({ name, package: of }) => isKind(name) && of !== 'composition');
  const policies = new Set(deciding.map((rule) => rule.package));
  const described = Map.groupBy(
    packages.filter(({ metadata }) => metadata.title !== undefined),
    (one) => one.package,
  );
  const problems = [
    ...packages.filter((one) => policies.has(one.package)).flatMap((one) => packageProblems(one, described)),
    ...deciding.flatMap(ruleProblems),
    ...[...Map.groupBy(deciding, ({ package: of, id }) => `${of} ${id}`).values()].flatMap(twiceProblems),
  ];
  const sources = deciding.map((rule) => toSource(rule, described.get(rule.package)?.[0]?.metadata ?? {}));
  return { rules: sources, problems };
}

function packageProblems(one: RegoPackage, described: ReadonlyMap<string, readonly RegoPackage[]>): Problem[] {
  const { package: name, file, row, col } = one;
  const at = { file, row, col };
  const metadata = described.get(name)?.[0]?.metadata;
  const problems: Problem[] = [];
  if (!metadata)
    return [
      { code: 'policy:metadata.missing', message: `the package \`${name}\` has no METADATA with a title`, ...at },
    ];
  for (const key of REQUIRED_KEYS) {
    if (typeof metadata.custom?.[key] !== 'string') {
      problems.push({
        code: 'policy:metadata.missing',
        message: `the METADATA of the package \`${name}\` has no custom \`${key}\``,
        ...at,
      });
    }
  }
  if (one.metadata === metadata)
    problems.push(...dateProblems(metadata.custom ?? {}).map((problem) => ({ ...problem, ...at })));
  if (!inFolderOf(name, file)) {
    problems.push({
      code: 'policy:package.misplaced',
      message: `the package \`${name}\` does not follow its folder`,
      ...at,
    });
  }
  return problems;
}

/** Whether the folders of a file end in its package's name; a draft may stand anywhere. */
function inFolderOf(name: string, file: string): boolean {
  return (
    !file.startsWith('policies/') ||
    file.startsWith('policies/drafts/') ||
    dirname(file) === `policies/${name.replaceAll('.', '/')}`
  );
}

function ruleProblems({ name, id, file, row, col, metadata }: RegoRule): Problem[] {
  const at = { file, row, col };
  if (id === undefined) {
    return [
      {
        code: 'policy:rule.nameless',
        message: `a \`${name}\` rule does not say \`"rule": "<name>"\` in its head`,
        hint: `write \`${name} contains {"rule": "<name>"${name === 'deny' ? '' : ', "outcome": "<outcome>"'}} if ..\``,
        ...at,
      },
    ];
  }
  const problems: Problem[] = [];
  if (!metadata.title)
    problems.push({
      code: 'policy:metadata.missing',
      message: `the rule \`${id}\` has no METADATA with a title`,
      ...at,
    });
  if (clausesOf(metadata).length === 0) {
    problems.push({
      code: 'policy:metadata.missing',
      message: `the METADATA of the rule \`${id}\` names no clauses`,
      ...at,
    });
  }
  const waivable = metadata.custom?.['waivable'];
  if (waivable !== undefined && (typeof waivable !== 'boolean' || (waivable && name === 'permit'))) {
    problems.push({
      code: 'policy:waivable.invalid',
      message: `the rule \`${id}\` cannot be waivable: \`waivable\` is true or false, and true of a \`cap\` or \`deny\` rule alone`,
      ...at,
    });
  }
  // A policy holds as a whole, so that one comparison finds what holds now.
  for (const key of ['announced', 'in_force', 'repealed']) {
    if (metadata.custom?.[key] !== undefined)
      problems.push({
        code: 'policy:date.misplaced',
        message: `the rule \`${id}\` has \`${key}\` of its own: dates stand in the METADATA of the package`,
        ...at,
      });
  }
  return problems;
}

function twiceProblems([, ...again]: readonly RegoRule[]): Problem[] {
  return again
    .filter(({ id }) => id !== undefined)
    .map(({ id, package: of, file, row, col }) => ({
      code: 'policy:rule.twice',
      message: `the rule \`${id}\` of \`${of}\` stands more than once: name it otherwise, or put alternatives into a helper rule`,
      file,
      row,
      col,
    }));
}

function toSource({ package: policy, name, id, file, row, metadata }: RegoRule, pkg: RegoMetadata): RuleSource {
  return {
    policy,
    kind: name as RuleKind,
    rule: id ?? '',
    file,
    line: row,
    title: metadata.title ?? '',
    clauses: clausesOf(metadata),
    waivable: metadata.custom?.['waivable'] === true,
    owner: String(metadata.custom?.['owner'] ?? pkg.custom?.['owner'] ?? ''),
  };
}

function clausesOf({ custom }: RegoMetadata): readonly string[] {
  const clauses = custom?.['clauses'];
  return Array.isArray(clauses) ? clauses.map(String) : [];
}

function isKind(name: string): name is RuleKind {
  return RULE_KINDS.includes(name as RuleKind);
}
