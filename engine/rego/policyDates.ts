import { parse } from 'yaml';
import type { Compiled, RegoModule } from './Compiled.ts';
import { metadataBlocks } from './metadataBlocks.ts';
import { packageOf } from './packageOf.ts';

/**
 * When a policy becomes known, holds and ceases to hold, in milliseconds since 1970: it is in force from `inForce` on, at
 * `repealed` no more. `repealed` is infinite where no end is known.
 */
export type PolicyDates = { readonly announced: number; readonly inForce: number; readonly repealed: number };

/** The members of METADATA that hold dates. */
const DATE_KEYS = ['announced', 'in_force', 'repealed'] as const;

/** Days begin at midnight in the zone of the deployment, which has no summer time. */
const MIDNIGHT = 'T00:00:00+08:00';

/**
 * Reads a day (`2026-09-01`, from its midnight on) or an instant to the second (`2026-09-01T06:00:00+08:00`), in
 * milliseconds since 1970; null for anything else.
 */
export function parseDate(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))?$/.test(text)) return null;
  const day = text.slice(0, 10);
  // The 30th of February is read as a day of March.
  if (new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) return null;
  const instant = Date.parse(text.length === day.length ? day + MIDNIGHT : text);
  return Number.isNaN(instant) ? null : instant;
}

/** The dates in the METADATA of a package; null while they are not whole and right, and `dateProblems` says why. */
export function readDates(custom: Readonly<Record<string, unknown>> = {}): PolicyDates | null {
  if (dateProblems(custom).length > 0 || custom['announced'] === undefined || custom['in_force'] === undefined)
    return null;
  const [announced, inForce, repealed] = DATE_KEYS.map((key) => parseDate(String(custom[key])));
  return { announced: announced!, inForce: inForce!, repealed: repealed ?? Number.POSITIVE_INFINITY };
}

/** What is wrong with the dates that are there. */
export function dateProblems(
  custom: Readonly<Record<string, unknown>>,
): readonly { readonly code: string; readonly message: string }[] {
  const there = DATE_KEYS.filter((key) => custom[key] !== undefined);
  const wrong = there.filter((key) => parseDate(String(custom[key])) === null);
  if (wrong.length > 0) {
    return wrong.map((key) => ({
      code: 'policy:date.invalid',
      message: `\`${key}\` is \`${custom[key]}\`: it must be a day such as 2026-09-01, or an instant such as 2026-09-01T06:00:00+08:00`,
    }));
  }
  const at = Object.fromEntries(there.map((key) => [key, parseDate(String(custom[key]))!]));
  const { announced = -Infinity, in_force: inForce = announced, repealed = Infinity } = at;
  const contradictions = [
    inForce < announced && `\`in_force\` (${custom['in_force']}) is before \`announced\` (${custom['announced']})`,
    repealed <= inForce && `\`repealed\` (${custom['repealed']}) is not after \`in_force\` (${custom['in_force']})`,
  ];
  return contradictions
    .filter((message) => message !== false)
    .map((message) => ({ code: 'policy:date.contradictory', message }));
}

/** The dates of packages by their text, before anything is compiled. What cannot be read is left out. */
export function datesOfModules(modules: readonly RegoModule[]): ReadonlyMap<string, PolicyDates> {
  const dates = new Map<string, PolicyDates>();
  for (const module of modules) {
    const found = datesOfModule(module);
    if (found) dates.set(packageOf(module.source), found);
  }
  return dates;
}

function datesOfModule(module: RegoModule): PolicyDates | null {
  const known = read.get(module);
  if (known !== undefined) return known;
  const found = metadataBlocks(module.source)
    .filter(({ code }) => code.startsWith('package '))
    .map(({ yaml }) => readDates(customOf(yaml)))
    .find((one) => one !== null);
  read.set(module, found ?? null);
  return found ?? null;
}
// Loading asks for the dates of the same modules several times, and reading YAML is slow.
const read = new WeakMap<RegoModule, PolicyDates | null>();

/** The dates of packages as the compiler read them. */
export function datesOfCompiled({ packages }: Pick<Compiled, 'packages'>): ReadonlyMap<string, PolicyDates> {
  const dates = new Map<string, PolicyDates>();
  for (const { package: name, metadata } of packages) {
    const found = readDates(metadata.custom);
    if (found) dates.set(name, found);
  }
  return dates;
}

function customOf(yaml: string): Readonly<Record<string, unknown>> {
  try {
    const metadata = parse(yaml) as { readonly custom?: Readonly<Record<string, unknown>> } | null;
    return metadata?.custom ?? {};
  } catch {
    // The compiler tells what is wrong with it.
    return {};
  }
}
