/** The types of obligation, and what one may do with any of them. */
import { aggregate } from './aggregate.ts';
import { audit } from './audit.ts';
import { coarsenSpace } from './coarsenSpace.ts';
import { coarsenTime } from './coarsenTime.ts';
import { mask } from './mask.ts';
import { notify } from './notify.ts';
import type { Obligation } from './Obligation.ts';
import { acceptsMembers, type MemberSchema, type ObligationType } from './ObligationType.ts';
import { retainUntil } from './retainUntil.ts';

const ALL = [mask, coarsenTime, coarsenSpace, aggregate, retainUntil, notify, audit].map(
  (type) => type as unknown as ObligationType<Obligation>,
);
const types = new Map(ALL.map((type) => [type.type, { ...type, accepts: acceptsMembers(type.members) }]));

/** A JSON Schema (draft 7) of one type of obligation. */
type ObligationSchema = {
  readonly type: 'object';
  readonly description: string;
  readonly additionalProperties: false;
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, MemberSchema | { readonly const: string }>>;
};

/** Every type of obligation that a policy may write, with what it asks for and its JSON Schema. */
export const obligationTypes: readonly {
  readonly type: Obligation['type'];
  readonly description: string;
  readonly schema: ObligationSchema;
}[] = ALL.map(({ type, description, members }) => ({
  type,
  description,
  schema: {
    type: 'object',
    description,
    additionalProperties: false,
    required: ['type', ...Object.keys(members)],
    properties: { type: { const: type }, ...members },
  },
}));

/** Reads what a policy wrote; null for an unknown type and for one that says what its type does not allow. */
export function parseObligation(raw: unknown): Obligation | null {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const value = raw as Readonly<Record<string, unknown>>;
  return types.get(value['type'] as Obligation['type'])?.accepts(value) ? (value as Obligation) : null;
}

/** Two obligations with one key must merge; of two keys, both are done. */
export function obligationKey(obligation: Obligation): string {
  const type = types.get(obligation.type);
  return type?.key ? `${obligation.type}:${type.key(obligation)}` : obligation.type;
}

/** The obligation that does what both do, or null where there is none. */
export function stricterObligation(a: Obligation, b: Obligation): Obligation | null {
  return types.get(a.type)?.stricter(a, b) ?? null;
}
