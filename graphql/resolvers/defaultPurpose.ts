import type { Purpose, Role } from '../../twin/words.ts';

/** The purpose of a request that names none, by the caller's role; earlier roles win where an account has several. */
const PURPOSE_OF_ROLE: readonly (readonly [Role, Purpose])[] = [
  ['resident', 'own_use'],
  ['tenant', 'own_use'],
  ['property_manager', 'property_service'],
  ['community_officer', 'community_service'],
  ['city_officer', 'city_planning'],
  ['architect', 'city_planning'],
  ['regulator', 'regulation'],
  ['responder', 'emergency'],
  ['clinician', 'care'],
  ['service_provider', 'commerce'],
  ['administrator', 'regulation'],
];

/** The purpose that a request has when it names none. */
export function defaultPurpose(roles: readonly Role[]): Purpose {
  return PURPOSE_OF_ROLE.find(([role]) => roles.includes(role))?.[1] ?? 'own_use';
}
