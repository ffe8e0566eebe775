/** A member of METADATA that the product reads, what it stands on, and what it is for. */
type MetadataKey = {
  readonly key: string;
  readonly of: 'package' | 'rule' | 'both';
  readonly required: boolean;
  readonly description: string;
};

/** Every member of METADATA that the product reads; those but `title` stand under `custom`. */
export const METADATA_KEYS: readonly MetadataKey[] = [
  {
    key: 'title',
    of: 'both',
    required: true,
    description: 'What it says, in one sentence: reasons and explanations tell it.',
  },
  {
    key: 'clauses',
    of: 'rule',
    required: true,
    description: 'The clauses that the rule enforces, by their ids in the register.',
  },
  { key: 'clauses', of: 'package', required: false, description: 'The clauses that the policy as a whole enforces.' },
  { key: 'owner', of: 'package', required: true, description: 'Who answers for the policy.' },
  { key: 'announced', of: 'package', required: true, description: 'From when on it is known: a day or an instant.' },
  {
    key: 'in_force',
    of: 'package',
    required: true,
    description: 'From when on it holds: a day, from its midnight on, or an instant.',
  },
  { key: 'repealed', of: 'package', required: false, description: 'When it ceases to hold.' },
  {
    key: 'waivable',
    of: 'rule',
    required: false,
    description: 'Whether a waiver may keep a cap or deny from acting; false unless said.',
  },
];

/** What the METADATA of a policy must hold under `custom`. */
export const REQUIRED_KEYS: readonly string[] = METADATA_KEYS.filter(
  ({ key, of, required }) => of === 'package' && required && key !== 'title',
).map(({ key }) => key);
