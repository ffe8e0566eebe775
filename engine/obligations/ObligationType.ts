/** A member of an obligation as JSON Schema says it: a word of a closed list, or a whole number within bounds. */
export type MemberSchema =
  | { readonly description: string; readonly enum: readonly string[] }
  | {
      readonly description: string;
      readonly type: 'integer';
      readonly minimum: number;
      readonly maximum: number;
    };

/** One type of obligation: what it may say, and how two of it merge. */
export type ObligationType<Member extends { readonly type: string }> = {
  readonly type: Member['type'];
  /** What whoever writes it asks for, in a sentence or two. */
  readonly description: string;
  /** What it says besides its type; all of it is required, and nothing else is allowed. */
  readonly members: { readonly [Name in Exclude<keyof Member, 'type'>]: MemberSchema };
  /**
   * The one obligation that does what both do, or null where there is none: that denies. It is commutative, associative
   * and idempotent, so that policies may speak in any order, and never milder than either side.
   */
  readonly stricter: (a: Member, b: Member) => Member | null;
  /** Two obligations of one type merge when they have the same key; without one, all of the type merge. */
  readonly key?: (member: Member) => string;
};

/** Tells whether an object says what members ask for and nothing else, as a JSON Schema validator would. */
export function acceptsMembers(members: Readonly<Record<string, MemberSchema>>) {
  const entries = Object.entries(members);
  const count = entries.length + 1;
  return (value: Readonly<Record<string, unknown>>): boolean =>
    Object.keys(value).length === count &&
    entries.every(([name, schema]) => Object.hasOwn(value, name) && acceptsMember(schema, value[name]));
}

function acceptsMember(schema: MemberSchema, value: unknown): boolean {
  if ('enum' in schema) return schema.enum.includes(value as string);
  return Number.isInteger(value) && (value as number) >= schema.minimum && (value as number) <= schema.maximum;
}

/** The later of two values in a list that runs from mild to strict. */
export function later<Value>(list: readonly Value[], a: Value, b: Value): Value {
  return list.indexOf(a) >= list.indexOf(b) ? a : b;
}
