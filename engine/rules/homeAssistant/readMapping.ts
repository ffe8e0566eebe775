import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { CodedError } from '../../../twin/CodedError.ts';
import { DataSource } from '../../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../../documents/schemaProblems.ts';
import { type EntityTarget, ownTarget } from './EntityMap.ts';

/** A device by its name, or with the properties that an entity is. */
type Written =
  | string
  | {
      readonly device: string;
      readonly state?: string;
      readonly values?: Readonly<Record<string, unknown>>;
      readonly number?: string;
      readonly attributes?: Readonly<Record<string, string>>;
    };

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['entities'],
  properties: {
    entities: {
      type: 'object',
      additionalProperties: {
        // What is said of objects is not asked of text, and the other way round.
        type: ['string', 'object'],
        minLength: 1,
        additionalProperties: false,
        required: ['device'],
        properties: {
          device: { type: 'string', minLength: 1 },
          state: { type: 'string', minLength: 1 },
          values: { type: 'object' },
          number: { type: 'string', minLength: 1 },
          attributes: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
  },
} as const;

/**
 * Reads which entities are which devices of the twin: by the name of a device that is an entity of Home Assistant, or with
 * the properties of another device. Throws `rule:yaml.invalid`, `rule:schema.invalid` or `rule:file.unreadable` with the place.
 *
 * @example
 * // entities:
 * //   binary_sensor.hall: { device: hall/motion, state: occupancy, values: { "on": true, "off": false } }
 * readMapping('home-assistant.entities.yaml');
 */
export function readMapping(file: string): ReadonlyMap<string, EntityTarget> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('rule:file.unreadable', `cannot read \`${file}\``, { place: { file }, cause });
  }
  const source = new DataSource(file, text, 'rule');
  const fits = schemaCheck(SCHEMA);
  if (!fits(source.value)) throw schemaProblems(source, fits)[0]!;
  const { entities } = source.value as { readonly entities: Readonly<Record<string, Written>> };
  return new Map(
    Object.entries(entities).map(([entity, written]) => [entity.toLowerCase(), targetOf(entity, written)]),
  );
}

function targetOf(entity: string, written: Written): EntityTarget {
  if (typeof written === 'string') return ownTarget(entity.toLowerCase(), written);
  const { device, state = null, number = null, values, attributes = {} } = written;
  return { device, isOwn: false, state, number, attributes, ...(values && { values }) };
}

const HEADER = `# Which device of the twin each entity of Home Assistant is, to be changed by hand and given to the next import with
# --mapping. An entity is a device of its own, named by its id, unless something else stands here:
#   binary_sensor.hall: { device: hall/motion, state: occupancy, values: { "on": true, "off": false } }
#   sensor.hall: { device: hall/climate, number: temperature }
`;

/** The mapping of the entities that were asked for, as it is written for people to change. */
export function writtenMapping(entities: ReadonlyMap<string, EntityTarget>): string {
  const written = [...entities].map(([entity, target]): readonly [string, Written] => {
    if (target.isOwn) return [entity, target.device];
    const { device, state, number, values, attributes } = target;
    const properties = { ...(state !== null && { state }), ...(number !== null && { number }) };
    const given = { ...(values && { values }), ...(attributes && { attributes }) };
    return [entity, { device, ...properties, ...given }];
  });
  return HEADER + stringify({ entities: Object.fromEntries(written) }, { lineWidth: 0 });
}
