import { CodedError } from '../../twin/CodedError.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';

export type RandomInputOptions = {
  /** Equal seeds draw equal inputs, on every machine. */
  readonly seed: number;
  /** Inputs near which most are drawn, such as those of the cases: what is drawn from nowhere fires few rules. */
  readonly examples?: readonly PolicyInput[];
  /** Texts for where the schema has a pattern rather than a list, such as the names of rules. */
  readonly literals?: readonly string[];
};

/** Of the inputs, the share that is an example with a few members drawn again. */
const NEAR_EXAMPLES = 0.8;
const MOST_CHANGES = 4;
const MOST_ITEMS = 3;

/**
 * Draws inputs that a JSON Schema allows, without end. It knows what the schema of the policies' input is made of: objects,
 * lists, closed lists of words, patterns, alternatives, booleans, null and small numbers.
 *
 * Throws `policy:schema.unsupported` for a schema that is made of more.
 *
 * @example
 * const inputs = randomInputs(schema, { seed: 7, examples });
 * for (const input of inputs.take(1_000)) evaluator.evaluate(input);
 */
export function* randomInputs(
  schema: unknown,
  { seed, examples = [], literals = [] }: RandomInputOptions,
): Generator<PolicyInput, never> {
  const drawing = new Drawing(seed, literals);
  for (;;) {
    let input: unknown;
    if (examples.length > 0 && drawing.chance(NEAR_EXAMPLES)) {
      input = drawing.one(examples);
      for (let change = drawing.below(MOST_CHANGES) + 1; change > 0; change--) {
        input = drawing.change(input, schema as Schema);
      }
    } else input = drawing.draw(schema as Schema);
    yield input as PolicyInput;
  }
}

/** The part of JSON Schema that is drawn from. */
type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

class Drawing {
  readonly #literals: readonly string[];
  #state: number;

  constructor(seed: number, literals: readonly string[]) {
    this.#state = seed >>> 0;
    this.#literals = literals;
  }

  draw(schema: Schema): unknown {
    const options = schema.anyOf ?? schema.oneOf;
    if (options) return this.draw(this.one(options));
    if (schema.enum) return this.one(schema.enum);
    if ('const' in schema) return schema.const;
    switch (schema.type) {
      case 'object':
        return this.#object(schema);
      case 'array':
        return this.#list(schema.items ?? {});
      case 'string':
        return this.#text(schema.pattern);
      case 'boolean':
        return this.chance(0.5);
      case 'null':
        return null;
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = minimum + 10 } = schema;
        return minimum + this.below(Math.floor(maximum - minimum) + 1);
      }
      default:
        throw new CodedError('policy:schema.unsupported', 'the schema has a member of which no values can be drawn', {
          hint: JSON.stringify(schema).slice(0, 200),
        });
    }
  }

  /** The value with one member drawn again, however deep it lies. */
  change(value: unknown, schema: Schema): unknown {
    const options = schema.anyOf ?? schema.oneOf;
    if (options) {
      const inside = options.find(({ type }) => type === (Array.isArray(value) ? 'array' : typeof value));
      return inside && value !== null && this.chance(0.7) ? this.change(value, inside) : this.draw(schema);
    }
    if (schema.type === 'object' && typeof value === 'object' && value !== null && schema.properties) {
      const key = this.one(Object.keys(schema.properties));
      const member = (value as Readonly<Record<string, unknown>>)[key];
      const drawn =
        member === undefined ? this.draw(schema.properties[key]!) : this.change(member, schema.properties[key]!);
      return { ...value, [key]: drawn };
    }
    if (Array.isArray(value) && value.length > 0 && typeof value[0] === 'object' && schema.items && this.chance(0.7)) {
      return value.with(this.below(value.length), this.change(this.one(value), schema.items));
    }
    return this.draw(schema);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number from 0 on, less than a limit. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  one<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)]!;
  }

  #object({ properties = {}, required = [] }: Schema): unknown {
    const entries = Object.entries(properties).filter(([key]) => required.includes(key) || this.chance(0.5));
    return Object.fromEntries(entries.map(([key, schema]) => [key, this.draw(schema)]));
  }

  /** Lists of words come sorted and each word once, as facts give them. */
  #list(items: Schema): unknown {
    if (items.enum) return items.enum.filter(() => this.chance(0.35)).toSorted();
    const drawn = Array.from({ length: this.below(MOST_ITEMS + 1) }, () => this.draw(items));
    return drawn.every((item) => typeof item === 'string') ? [...new Set(drawn)].toSorted() : drawn;
  }

  #text(pattern = ''): string {
    const allowed = new RegExp(pattern, 'u');
    const fitting = this.#literals.filter((literal) => allowed.test(literal));
    return fitting.length > 0 ? this.one(fitting) : madeUp(allowed);
  }

  // Mulberry32: small, and the same everywhere.
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function madeUp(allowed: RegExp): string {
  const found = ['another', 'another.one', 'another.one/rule', '2026-01-01', 'A1', '1'].find((text) =>
    allowed.test(text),
  );
  if (found !== undefined) return found;
  throw new CodedError('policy:schema.unsupported', `no text is known that fits \`${allowed.source}\``, {
    hint: 'give literals that do',
  });
}
