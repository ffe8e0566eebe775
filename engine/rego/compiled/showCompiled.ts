import type { Compiled } from '../Compiled.ts';
import { translate } from './translate.ts';
import { verifyPlan } from './verifyPlan.ts';

/**
 * The JavaScript of a compilation, with comments that say which rule and line each part stands for; of one policy's
 * functions where one is named. What runs is the same without comments.
 *
 * Throws `policy:plan.invalid` and `policy:plan.unsupported`.
 */
export function showCompiled({ plan }: Pick<Compiled, 'plan'>, policy?: string): string {
  const { source } = translate(verifyPlan(plan), { comments: true });
  if (policy === undefined) return source;
  const parts = source.split('\n\n');
  const wanted = new RegExp(`^// g\\d+\\.data\\.${policy.replaceAll('.', '\\.')}\\.`);
  return parts.filter((part) => wanted.test(part)).join('\n\n');
}
