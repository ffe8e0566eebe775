import type { Decided } from '../combine.ts';
import type { PolicyCase } from './policyCases.ts';
import type { RuleKind, RuleSource } from './RuleSource.ts';
import type { Verdict } from './Verdict.ts';

/** A case with what came of it. */
export type EvaluatedCase = { readonly case: PolicyCase; readonly verdict: Verdict; readonly decided: Decided };

/** What was run of one line of a policy. */
export type LineHits = { readonly file: string; readonly line: number; readonly run: boolean };

/** How far a rule is covered: in how many cases it is a reason, in how many it holds, and how many tests make it hold. */
type RuleCoverage = {
  readonly policy: string;
  readonly kind: RuleKind;
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly decides: number;
  readonly holds: number;
  readonly tests: number;
};

/** A clause that rules cite, and in how many cases one of them is a reason. */
type ClauseCoverage = { readonly clause: string; readonly rules: readonly string[]; readonly decides: number };

/** The lines of a file that say something, and those of them that were not run whole. */
type FileCoverage = { readonly file: string; readonly lines: number; readonly missed: readonly number[] };

/** How far cases and tests cover the policies. */
export type PolicyCoverage = {
  readonly rules: readonly RuleCoverage[];
  readonly clauses: readonly ClauseCoverage[];
  readonly files: readonly FileCoverage[];
  /** Rules and clauses that decide in a case, and lines that were run, in percent, rounded down to a tenth. */
  readonly percent: { readonly rules: number; readonly clauses: number; readonly lines: number };
};

type CoverageOptions = {
  readonly rules: readonly RuleSource[];
  readonly cases: readonly EvaluatedCase[];
  readonly lines: readonly LineHits[];
  /** In how many tests the rule that stands at a place held. */
  readonly testsOf: (file: string, line: number) => number;
};

/** Counts how far cases and tests cover rules, the clauses that they cite, and lines. */
export function policyCoverage({ rules, cases, lines, testsOf }: CoverageOptions): PolicyCoverage {
  const deciding = cases.map(({ decided }) => decidingRules(decided));
  const holding = cases.map(({ verdict: { permits, caps, denies, waived } }) => {
    const held = [...permits, ...caps, ...denies, ...(waived?.caps ?? []), ...(waived?.denies ?? [])];
    return new Set(held.map(({ reason }) => nameOf(reason)));
  });
  const ofRules = rules.map(({ policy, kind, rule, file, line }): RuleCoverage => {
    const name = nameOf({ policy, rule });
    return {
      policy,
      kind,
      rule,
      file,
      line,
      decides: count(deciding, name),
      holds: count(holding, name),
      tests: testsOf(file, line),
    };
  });
  const ofClauses = [...new Set(rules.flatMap(({ clauses }) => clauses))].sort().map((clause): ClauseCoverage => {
    const citing = rules.filter(({ clauses }) => clauses.includes(clause)).map(nameOf);
    return {
      clause,
      rules: citing,
      decides: deciding.filter((names) => citing.some((name) => names.has(name))).length,
    };
  });
  const files = [...Map.groupBy(lines, ({ file }) => file)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, ofFile]) => {
      return {
        file,
        lines: ofFile.length,
        missed: ofFile
          .filter(({ run }) => !run)
          .map(({ line }) => line)
          .sort((a, b) => a - b),
      };
    });
  return {
    rules: ofRules,
    clauses: ofClauses,
    files,
    percent: {
      rules: percent(ofRules.filter(({ decides }) => decides > 0).length, ofRules.length),
      clauses: percent(ofClauses.filter(({ decides }) => decides > 0).length, ofClauses.length),
      lines: percent(lines.filter(({ run }) => run).length, lines.length),
    },
  };
}

/** The rules that are reasons of a decision, as `policy/rule`; one that a waiver keeps from acting decides nothing. */
export function decidingRules({ reasons }: Decided): ReadonlySet<string> {
  return new Set(reasons.filter(({ code }) => code !== 'waived').map(nameOf));
}

function nameOf({ policy, rule }: { readonly policy: string; readonly rule: string }): string {
  return `${policy}/${rule}`;
}

function count(sets: readonly ReadonlySet<string>[], name: string): number {
  return sets.filter((names) => names.has(name)).length;
}

/** Rounded down, so that only all of it is 100. */
function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part / whole) * 1000) / 10;
}
