import type { Account } from '../../twin/changes.ts';
import type { Role, Tier } from '../../twin/words.ts';

/** The roles of the demo and the tier that each works at, which is the endpoint that its token is for. */
export const DEMO_ROLES = {
  resident: 'home',
  tenant: 'home',
  property_manager: 'property',
  community_officer: 'community',
  city_officer: 'city',
  regulator: 'province',
  architect: 'city',
} as const satisfies Partial<Record<Role, Tier>>;

export type DemoRole = keyof typeof DEMO_ROLES;

/** What an account of the demo stands for; each account's id is its role. */
type Standing = Pick<Account, 'person' | 'organisation' | 'area'>;

/** The account of a role: its person or organisation, and the area of its platform. */
export function demoAccount(role: DemoRole, { person, organisation, area }: Partial<Standing>): Account {
  return {
    id: role,
    person: person ?? null,
    organisation: organisation ?? null,
    area: area ?? null,
    tier: DEMO_ROLES[role],
    roles: [role],
    assurance: 'substantial',
    multiFactor: true,
  };
}
