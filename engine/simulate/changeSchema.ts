import * as words from '../../twin/words.ts';
import { closed, INSTANT, oneOf, type Schema, some, TEXT, when } from './schemaParts.ts';

const nullable = (schema: Schema): Schema => when({ type: 'null' }, {}, schema);

const scope = {
  purposes: some(words.PURPOSES),
  categories: some(words.CATEGORIES),
  granularity: oneOf(words.GRANULARITIES),
  ends: nullable(INSTANT),
};
const label = closed({
  subject_class: oneOf(words.SUBJECT_CLASSES),
  category: oneOf(words.CATEGORIES),
  grade: oneOf(words.GRADES),
  sharing: oneOf(words.SHARINGS),
  sensitive: { type: 'boolean' },
});
const relation = { subject: TEXT, relation: oneOf(words.RELATIONS), object: TEXT };

/** What may happen in a fork, by kind: the changes of `twin/changes.ts` on which access can depend. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  organisation_added: {
    organisation: closed({ id: TEXT, kind: oneOf(words.ORGANISATION_KINDS), name: TEXT, area: nullable(TEXT) }),
  },
  person_added: { person: closed({ id: TEXT, ageBand: oneOf(words.AGE_BANDS) }) },
  home_flagged: { home: TEXT, flag: oneOf(words.HOME_FLAGS), on: { type: 'boolean' } },
  occupancy_changed: { home: TEXT, occupancy: oneOf(words.OCCUPANCIES) },
  relation_added: relation,
  relation_ended: relation,
  device_registered: {
    device: closed({
      id: TEXT,
      home: TEXT,
      room: nullable(TEXT),
      address: TEXT,
      name: TEXT,
      vendor: TEXT,
      model: TEXT,
      trust: oneOf(words.DEVICE_TRUSTS),
    }),
  },
  device_transitioned: { home: TEXT, device: TEXT, to: oneOf(words.DEVICE_STATES) },
  property_relabelled: { home: TEXT, device: TEXT, property: TEXT, label },
  lease_signed: {
    lease: closed({ id: TEXT, home: TEXT, tenant: TEXT, landlord: TEXT, starts: INSTANT, ends: INSTANT }),
  },
  lease_transitioned: { home: TEXT, lease: TEXT, to: oneOf(words.LEASE_STATES) },
  basis_given: {
    basis: closed({
      id: TEXT,
      type: oneOf(words.BASIS_TYPES),
      home: TEXT,
      person: nullable(TEXT),
      givenBy: TEXT,
      grantee: TEXT,
      ...scope,
    }),
  },
  basis_ended: { home: TEXT, basis: TEXT, reason: oneOf(['withdrawn', 'expired', 'lease_ended', 'replaced']) },
  area_basis_given: {
    basis: closed({
      id: TEXT,
      type: oneOf(words.BASIS_TYPES),
      area: TEXT,
      givenBy: TEXT,
      grantee: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: { party: TEXT, kind: oneOf(words.ORGANISATION_KINDS) },
      },
      ...scope,
    }),
  },
  area_basis_ended: { basis: TEXT, reason: oneOf(['withdrawn', 'expired', 'replaced']) },
  alarm_raised: {
    alarm: closed({
      id: TEXT,
      home: TEXT,
      kind: oneOf(words.ALARM_KINDS),
      device: nullable(TEXT),
      rule: TEXT,
      raisedAt: INSTANT,
    }),
  },
  alarm_transitioned: { home: TEXT, alarm: TEXT, to: oneOf(words.ALARM_STATES), by: nullable(TEXT) },
};

/** The JSON Schema of a change that a scenario may make. */
export const changeSchema: Schema = {
  type: 'object',
  required: ['kind'],
  properties: { kind: oneOf(Object.keys(CHANGES)) },
  allOf: Object.entries(CHANGES).map(([kind, members]) =>
    when({ properties: { kind: { const: kind } } }, closed({ kind: { const: kind }, ...members })),
  ),
};
