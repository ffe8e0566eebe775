import { assertFacts } from './assertFacts.ts';
import type { BundleFile } from './BundleFile.ts';
import { lifecycleTexts } from './packBundle.ts';
import { refused } from './parseBundle.ts';

/** Checks that a bundle was made for this program. Throws `policy:bundle.lifecycle_other` and `.facts_other`. */
export function assertFits(bundle: BundleFile): void {
  assertLifecycles(bundle);
  assertFacts(bundle);
}

/** Lifecycles are the program's: a bundle that was made and tried with others would not do what its signers saw. */
function assertLifecycles({ files }: BundleFile): void {
  const ours = lifecycleTexts();
  const theirs = Object.keys(files).filter((path) => path.startsWith('lifecycles/'));
  const others = [...new Set([...Object.keys(ours), ...theirs])].filter((path) => ours[path] !== files[path]);
  if (others.length === 0) return;
  const names = others.map((path) => `\`${path.replace(/^lifecycles\/|\.json$/g, '')}\``).join(', ');
  throw refused(
    'lifecycle_other',
    `it was made with other lifecycles than this program runs: ${names}`,
    'sign it anew with this program',
  );
}
