import type { Occasion } from '../rules/effects/EffectType.ts';
import type { RuleEffect } from '../rules/Rule.ts';

/**
 * An effect that is to be done later: kept in the commit of its event, looked up in the home and decided when it is due,
 * done once, and then kept no more. Instants are milliseconds since 1970.
 */
export type PendingEffect = {
  /** The effect of the run. */
  readonly id: string;
  readonly home: string;
  /** Who lived there by which lease, or null; missing in what was kept before this was. */
  readonly tenancy?: string | null;
  readonly wanted: RuleEffect;
  readonly occasion: Occasion;
  readonly dueAt: number;
  /** After this it is not done any more; null for what threatens lives, which is done however late. */
  readonly expiresAt: number | null;
};

/** How late an effect may be done that was due while nothing ran: who counted on it has found out by then. */
const EXPIRES_AFTER_MS = 600_000;

/** An effect that is to be done at an instant. */
export function pendingEffect(pending: Omit<PendingEffect, 'expiresAt'>): PendingEffect {
  const isUrgent = pending.occasion.severity === 'life_safety';
  return { ...pending, expiresAt: isUrgent ? null : pending.dueAt + EXPIRES_AFTER_MS };
}
