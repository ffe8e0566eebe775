import type { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { TemporalState } from '../TemporalState.ts';

/** Where facts are read. */
export type FactSources = { readonly graph: TwinGraph; readonly temporal: TemporalState };

/** What a rule asks of a fact, beside its name. */
export type FactParams = Readonly<Record<string, unknown>>;

/** Reads a fact about an event. What is not known is null. */
export type ReadFact = (event: RuleEvent, sources: FactSources) => unknown;

/** A JSON Schema (draft 7) of a parameter or value. */
type FactSchema = {
  readonly type?: 'string' | 'number' | 'boolean' | 'array' | 'object';
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: FactSchema;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly properties?: Readonly<Record<string, FactSchema>>;
  readonly $ref?: string;
};

/** Something that conditions of rules may ask: all that is said of it anywhere is said here. */
export type RuleFact = {
  /** One sentence for whoever writes rules: what its value is. */
  readonly doc: string;
  /** In what its value is measured, where it has a unit. */
  readonly unit?: string;
  /** Where its value is read: the message, the twin, what rules remember, the home's clock. */
  readonly reads: readonly ('message' | 'twin' | 'memory' | 'clock')[];
  readonly params: Readonly<Record<string, FactSchema & { readonly description: string }>>;
  readonly required: readonly string[];
  /** What it can be compared with; anything when left out. */
  readonly value?: FactSchema;
  /** The values it can have, when they are words of a closed list. */
  readonly words?: readonly string[];
  /** Looks at the parameters once, and gives what reads it for each event. */
  prepare(params: FactParams): ReadFact;
};
