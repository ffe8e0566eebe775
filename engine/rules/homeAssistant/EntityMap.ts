import { homeAssistantModel } from '../../../twin/devices/homeAssistant.ts';
import { type DeviceType, deviceType } from '../../../twin/devices/index.ts';
import { nearest } from '../../clauses/nearest.ts';
import { NotTaken } from './NotTaken.ts';

/** Which device of the twin an entity is, and by which of its properties it says what. */
export type EntityTarget = {
  readonly device: string;
  /** Whether it is a device of the dialect of Home Assistant: then it says `unavailable` as a state, and takes services. */
  readonly isOwn: boolean;
  /** The property that is the entity's state; null where it has none. */
  readonly state: string | null;
  /** What the property says for each state; the states as they are when left out. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The property that is the state as a number; null where it has none. */
  readonly number: string | null;
  /** Properties of attributes; an attribute is a property of its own name when left out. */
  readonly attributes?: Readonly<Record<string, string>>;
};

/** What an entity is to the twin unless somebody says otherwise: a device of the dialect of Home Assistant. */
export function ownTarget(entity: string, device: string = entity): EntityTarget {
  const hasNumber = typeOf(entity)?.byProperty.has('number') === true;
  return { device, isOwn: true, state: 'state', number: hasNumber ? 'number' : null };
}

function typeOf(entity: string): DeviceType | undefined {
  return deviceType(homeAssistantModel(entity) ?? '');
}

/** States by which Home Assistant says that it does not know. */
export const UNKNOWN_STATES: readonly string[] = ['unavailable', 'unknown'];

/** The entities that automations speak of, and the devices they are. It keeps which ones were asked for. */
export class EntityMap {
  readonly #given: ReadonlyMap<string, EntityTarget>;
  readonly #used = new Map<string, EntityTarget>();

  constructor(given: ReadonlyMap<string, EntityTarget> = new Map()) {
    this.#given = given;
  }

  /** Every entity that was asked for, by id. */
  get used(): ReadonlyMap<string, EntityTarget> {
    return new Map([...this.#used].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  target(entity: string): EntityTarget {
    const known = this.#used.get(entity);
    if (known) return known;
    const given = this.#given.get(entity);
    if (!given && !homeAssistantModel(entity)) {
      throw new NotTaken(
        `entity ${domainOf(entity)}`,
        `entities of the domain \`${domainOf(entity)}\` are no devices`,
        {
          instead: `say in the mapping which device \`${entity}\` is`,
        },
      );
    }
    const target = given ?? ownTarget(entity);
    this.#used.set(entity, target);
    return target;
  }

  isOwn(entity: string): boolean {
    return this.target(entity).isOwn;
  }

  /** The property of an attribute of an entity. */
  attribute(entity: string, name: string): string {
    const { attributes } = this.target(entity);
    const property = attributes ? attributes[name] : name;
    if (property === undefined) {
      throw new NotTaken('attribute', `the mapping gives no property for the attribute \`${name}\` of \`${entity}\``);
    }
    if (!this.isOwn(entity)) return property;
    const known = typeOf(entity)?.byProperty;
    if (known?.get(property)?.type.access.published) return property;
    const [guess] = nearest(property, [...(known?.keys() ?? [])], 1);
    throw new NotTaken('attribute', `the attribute \`${name}\` of \`${entity}\` is not among those that are read`, {
      instead: guess === undefined ? 'map the entity to a device that reports it' : `did you mean \`${guess}\`?`,
    });
  }

  /** What the property of an entity's state says for a state. */
  value(entity: string, state: string): unknown {
    const { values } = this.target(entity);
    if (!values) return state;
    if (Object.hasOwn(values, state)) return values[state];
    if (UNKNOWN_STATES.includes(state)) return null;
    throw new NotTaken('state', `the mapping gives no value for the state \`${state}\` of \`${entity}\``, {
      instead: `add \`${state}\` to its \`values\``,
    });
  }
}

export function domainOf(entity: string): string {
  return entity.slice(0, entity.indexOf('.'));
}
