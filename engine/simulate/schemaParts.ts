/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

export const TEXT: Schema = { type: 'string', minLength: 1 };
export const INSTANT: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{3})?(Z|[+-]\\d{2}:\\d{2})$',
};

/** One word of a closed list. */
export const oneOf = (words: readonly string[]): Schema => ({ enum: words });

/** A list that names nothing twice. */
export const list = (items: Schema): Schema => ({ type: 'array', minItems: 1, uniqueItems: true, items });

/** Some words of a closed list. */
export const some = (words: readonly string[]): Schema => list(oneOf(words));

export const described = (description: string, schema: Schema): Schema => ({ description, ...schema });

/** An object of these members and no others; all are required unless it is said which. */
export function closed(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = Object.keys(properties),
): Schema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** One schema or another, by what the value is. Other than with `anyOf`, problems are told of that one alone. */
export function when(condition: Schema, schema: Schema, other: Schema = {}): Schema {
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  return { if: condition, then: schema, else: other };
}
