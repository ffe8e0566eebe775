import { expect, it } from 'vitest';
import type { BundleFile } from './BundleFile.ts';
import { compareBundles } from './compareBundles.ts';
import { BUILT_IN } from './packBundle.ts';

function bundleOf(files: BundleFile['files']): BundleFile {
  return { manifest: { format: 1, ...BUILT_IN, inputSchema: 5, content: '', files: [] }, files };
}

it('tells among the rules that another one wins a device', () => {
  const changed = (before: string | null, after: string | null) => {
    const [one, two] = [before, after].map((text) => bundleOf(text === null ? {} : { 'rules/precedence.yaml': text }));
    return compareBundles(one!, two!).rules;
  };
  const none = { added: [], changed: [], removed: [] };
  expect(changed('order: []', 'order: []')).toEqual(none);
  expect(changed('order: []', 'order: [grid]')).toEqual({ ...none, changed: ['precedence'] });
  expect(changed(null, 'order: []')).toEqual({ ...none, added: ['precedence'] });
  expect(changed('order: []', null)).toEqual({ ...none, removed: ['precedence'] });
});
