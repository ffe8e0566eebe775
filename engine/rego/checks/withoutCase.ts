import { dirname } from 'node:path/posix';
import { combine } from '../../combine.ts';
import type { Problem } from '../Compiled.ts';
import type { PolicyBundle } from '../loadPolicies.ts';
import { instantOfCase, type PolicyCase } from '../policyCases.ts';

/** Rules that decide in no case: nobody has said what they are for. */
export function withoutCase(bundle: PolicyBundle, cases: readonly PolicyCase[], now: number): readonly Problem[] {
  const reasons = cases.flatMap((each) => {
    const { evaluator } = bundle.at(instantOfCase(each, bundle.dates, now));
    return combine(evaluator.evaluate(each.input)).reasons;
  });
  const decided = new Set(reasons.map(({ policy, rule }) => `${policy}/${rule}`));
  return bundle.rules
    .filter(({ policy, rule }) => !decided.has(`${policy}/${rule}`))
    .map(({ kind, policy, rule, file, line }) => ({
      code: 'policy:rule.without_case',
      message: `the ${kind} \`${policy}/${rule}\` decides in no case`,
      file,
      row: line,
      col: 1,
      hint: `write one in \`${dirname(file)}/cases.yaml\``,
    }));
}
