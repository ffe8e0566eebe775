import { NOBODY, type Subject } from '../../engine/AccessRequest.ts';
import type { Tier } from '../../twin/words.ts';

/** Who sent a request, as far as its token tells. */
export type Caller = {
  readonly kind: 'anonymous' | 'account' | 'administrator';
  readonly subject: Subject;
  /** The tier whose grades it is served; null serves all grades, of which policies then refuse what they refuse. */
  readonly tier: Tier | null;
  /** Whether the token still stands; a stream asks again and again. */
  readonly stillValid: () => boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

/** The caller without a token. It sees `__typename` and nothing else. */
export const anonymous: Caller = {
  kind: 'anonymous',
  subject: NOBODY,
  tier: null,
  stillValid: () => true,
  expiresAt: Number.POSITIVE_INFINITY,
};

/** The subject that holds the local admin token: it has no relation to any home, so policies permit it no reading. */
export const administrator: Subject = { ...NOBODY, tier: 'province', roles: ['administrator'], assurance: 'high' };
