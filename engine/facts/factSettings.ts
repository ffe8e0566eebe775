import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import { duration } from '../rules/duration.ts';
import { parseTimeWindows, type TimeWindow } from './timeWindows.ts';

/** What facts depend on besides the twin, as `policies/facts.yaml` says. */
export type FactSettings = {
  readonly timeWindows: readonly TimeWindow[];
  /** The age in milliseconds from which on the last message of a device is stale. */
  readonly lastSeenStaleAfter: number;
};

/** Reads the settings; throws `policy:facts.invalid` with the place of what is wrong. */
export function parseFactSettings(text: string, file: string): FactSettings {
  const { time_windows: windows, stale_after: stale } = readMembers(text, file);
  const lastSeen = (stale as { readonly last_seen?: unknown } | undefined)?.last_seen;
  return { timeWindows: parseTimeWindows(windows, file), lastSeenStaleAfter: ageOf(lastSeen, file) };
}

function readMembers(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return (parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new CodedError('policy:facts.invalid', 'the settings of facts are no YAML', { place: { file }, cause });
  }
}

function ageOf(text: unknown, file: string): number {
  try {
    const age = duration(String(text));
    if (age > 0) return age;
  } catch {
    // Told below, with the place.
  }
  throw new CodedError('policy:facts.invalid', `\`${text}\` is no age from which on something is stale`, {
    place: { file, path: '/stale_after/last_seen' },
    hint: 'write twelve hours as `PT12H`',
  });
}

/** Where the settings stand, and as a bundle names them. */
export const FACT_SETTINGS_FILE = 'policies/facts.yaml';

/** The text of this program's settings, by which a bundle is compared with them. */
export const factSettingsText: string = readFileSync(new URL(`../../${FACT_SETTINGS_FILE}`, import.meta.url), 'utf8');

/** The settings that facts are gathered by. */
export const factSettings: FactSettings = parseFactSettings(factSettingsText, FACT_SETTINGS_FILE);
