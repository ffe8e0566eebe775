/** One value of the input as the schema describes it. */
export type SchemaNode = {
  /** Members from the input on, such as `resource.owners[].age_band`. */
  readonly path: string;
  readonly kind: 'object' | 'list' | 'word' | 'boolean' | 'other';
  /** The words that a `word` may be. */
  readonly words: readonly string[];
  readonly members: ReadonlyMap<string, SchemaNode>;
  /** Whether an object may have members that the schema does not name. */
  readonly open: boolean;
  readonly element: SchemaNode | null;
  /** Whether a list can hold no more than the schema has words for, or says how many it holds. */
  readonly bounded: boolean;
  readonly nullable: boolean;
  /** Whether something around it may be null, so that it is not always there. */
  readonly absent: boolean;
};

type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly anyOf?: readonly JsonSchema[];
};

/** Reads the JSON Schema of the input into a tree of what policies can read. */
export function readSchemaNodes(schema: unknown): SchemaNode {
  return nodeOf(schema as JsonSchema, '', false);
}

/** The names of all values of the input, such as `resource.label.grade`. */
export function pathsOf({ path, members, element }: SchemaNode): readonly string[] {
  return [...(path === '' ? [] : [path]), ...[...members.values(), ...(element ? [element] : [])].flatMap(pathsOf)];
}

function nodeOf(given: JsonSchema, path: string, absent: boolean): SchemaNode {
  const alternatives = given.anyOf ?? [given];
  const others = alternatives.filter(({ type }) => type !== 'null');
  const nullable = others.length < alternatives.length;
  const [schema = {}, ...more] = others;
  const inside = absent || nullable;
  const words = (schema.enum ?? []).filter((word) => typeof word === 'string');
  const element = schema.items ? nodeOf(schema.items, `${path}[]`, inside) : null;
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, each]) => [name, nodeOf(each, path === '' ? name : `${path}.${name}`, inside)] as const,
  );
  return {
    path,
    kind: more.length > 0 ? 'other' : kindOf(schema, words),
    words,
    members: new Map(members),
    open: schema.additionalProperties !== false,
    element,
    bounded: schema.maxItems !== undefined || (schema.uniqueItems === true && element?.kind === 'word'),
    nullable,
    absent,
  };
}

function kindOf({ type }: JsonSchema, words: readonly string[]): SchemaNode['kind'] {
  if (type === 'object') return 'object';
  if (type === 'array') return 'list';
  if (type === 'boolean') return 'boolean';
  return type === 'string' && words.length > 0 ? 'word' : 'other';
}
