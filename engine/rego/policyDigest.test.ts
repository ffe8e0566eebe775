import { describe, expect, it } from 'vitest';
import { policyDigest } from './policyDigest.ts';

const module = (file: string, source: string) => ({ file, source });
const tiered = module(
  'tiered.rego',
  'package sharing.tiered\n\nimport data.lib.home\n\ndeny contains {} if home.reading\n',
);
const care = module('care.rego', 'package sharing.care\n\n# the data of care\ndeny contains {} if input.a\n');
const home = module('home.rego', 'package lib.home\n\nreading if data.lib.word.known\n');
const word = module('word.rego', 'package lib.word\n\nknown := true\n');
const all = [tiered, care, home, word];

describe('policyDigest', () => {
  const changed = (policy: string, file: string) => {
    const after = all.map((one) => (one.file === file ? module(file, `${one.source}\n# changed\n`) : one));
    return policyDigest(policy, after) !== policyDigest(policy, all);
  };

  it('changes with the policy and with what it uses, directly or not', () => {
    expect(['tiered.rego', 'home.rego', 'word.rego'].map((file) => changed('sharing.tiered', file))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('stays when other policies change', () => {
    expect(changed('sharing.tiered', 'care.rego')).toBe(false);
    expect(changed('sharing.care', 'home.rego')).toBe(false);
  });

  it('counts everything as used by a policy that names a folder, or the data as a whole', () => {
    for (const used of ['data.sharing[name]', 'data[name]', 'walk(data)']) {
      const wide = module('wide.rego', `package other.wide\n\ndeny contains name if ${used}\n`);
      const before = policyDigest('other.wide', [wide, ...all]);
      const after = policyDigest('other.wide', [
        wide,
        tiered,
        module('care.rego', 'package sharing.care\n'),
        home,
        word,
      ]);
      expect(after).not.toBe(before);
    }
  });

  it('tells policies with the same text apart', () => {
    expect(policyDigest('sharing.care', all)).not.toBe(policyDigest('sharing.tiered', all));
  });
});
