import { type Label, UNLABELLED } from '../words.ts';
import { LABEL_TABLE, SECRETS } from './labelTable.ts';

const LABELS: ReadonlyMap<string, Label> = new Map(
  LABEL_TABLE.flatMap(({ label, names }) => names.map((name) => [name, label] as const)),
);

/** Twins of one thing, by phase or number: `power_phase_b`, `current_c`, `countdown_2`, `energy_l1`. */
const TWIN = /_(?:(?:phase_)?[abc]|l?\d+)$/;

/**
 * The label of a property by the feature it stands in and its name without endpoint: `UNLABELLED` when the table does
 * not know it, nor the name it is a numbered or per-phase twin of.
 *
 * @example
 * labelOf('lock', 'state').grade; // 'general_4'
 */
export function labelOf(feature: string, name: string): { readonly label: Label; readonly labelled: boolean } {
  const label =
    LABELS.get(`${feature}.${name}`) ??
    LABELS.get(name) ??
    (TWIN.test(name) ? LABELS.get(name.replace(TWIN, '')) : null);
  return label ? { label, labelled: true } : { label: UNLABELLED, labelled: false };
}

/** Whether values of this name are never kept: door codes and passwords. */
export function isSecret(name: string): boolean {
  return SECRETS.has(name);
}
