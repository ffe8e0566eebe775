import { FACT_SETTINGS_FILE, factSettingsText } from '../facts/factSettings.ts';
import type { BundleFile } from './BundleFile.ts';
import { refused } from './parseBundle.ts';

/**
 * Facts are gathered by the program's settings: under others a policy would be asked what its signers did not see. Throws
 * `policy:bundle.facts_other`.
 */
export function assertFacts({ files }: BundleFile): void {
  if (files[FACT_SETTINGS_FILE] === factSettingsText) return;
  throw refused(
    'facts_other',
    `it was made with other settings of facts than the \`${FACT_SETTINGS_FILE}\` that this program gathers facts by`,
    'put that file into the program, start it again, and sign with it',
  );
}
