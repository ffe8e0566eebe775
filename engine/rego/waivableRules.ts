import { parse } from 'yaml';
import type { RegoModule } from './Compiled.ts';
import { metadataBlocks } from './metadataBlocks.ts';
import { packageOf } from './packageOf.ts';
import type { RuleKind } from './RuleSource.ts';
import { ruleHeads } from './ruleHeads.ts';

/** A rule that a waiver may keep from acting. */
export type WaivableRule = { readonly policy: string; readonly kind: RuleKind; readonly rule: string };

/** The rules whose METADATA says `waivable: true`, by their text; all others hold whatever anybody waives. */
export function waivableRules(modules: readonly RegoModule[]): readonly WaivableRule[] {
  return modules.flatMap(({ source }) =>
    metadataBlocks(source)
      .filter(({ yaml }) => saysWaivable(yaml))
      .flatMap(({ code }) => ruleHeads(code))
      .flatMap(({ kind, id }) => (id === null ? [] : [{ policy: packageOf(source), kind, rule: id }])),
  );
}

/** The name by which waivers call a rule. */
export function ruleName({ policy, rule }: { readonly policy: string; readonly rule: string }): string {
  return `${policy}/${rule}`;
}

function saysWaivable(yaml: string): boolean {
  // Most say nothing of it, and reading YAML takes longer than all else that is done to compose policies.
  if (!yaml.includes('waivable')) return false;
  try {
    const metadata = parse(yaml) as { readonly custom?: { readonly waivable?: unknown } } | null;
    return metadata?.custom?.waivable === true;
  } catch {
    // The compiler tells what is wrong with it.
    return false;
  }
}
