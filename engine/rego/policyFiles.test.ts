import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CodedError } from '../../twin/CodedError.ts';
import { findDraft } from './policyFiles.ts';

it('a folder of rules in the place of a draft is told where rules are checked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinward-draft-'));
  const hint = () => {
    try {
      return findDraft(folder, folder).length;
    } catch (error) {
      return error instanceof CodedError ? error.hint : error;
    }
  };
  try {
    expect(hint()).toBe('a draft is a .rego file or a folder that holds some; see `policies/drafts`');
    writeFileSync(join(folder, 'ha_light.json'), '{}');
    expect(hint()).toBe('rules are checked among those they act with: put them into `rules/`');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
