import { eventFacts } from '../eventFacts.ts';
import type { RuleEffect } from '../Rule.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { EffectSources } from './EffectType.ts';

const NAME = /\{([a-z][a-z0-9_]*)\}/g;
/** What stands where a value is not known. */
const UNKNOWN = 'unknown';

/**
 * The effect with the values of facts in place of their names (`with`): `{level}` in a text, or as all of a value, which
 * then is the value itself. They are those of now, also where the effect was put off.
 */
export function withValues<Wanted extends RuleEffect>(
  wanted: Wanted,
  event: RuleEvent,
  sources: EffectSources,
): Wanted {
  const { with: asked } = wanted;
  if (!asked) return wanted;
  const facts = eventFacts(event, sources);
  const values = new Map(Object.entries(asked).map(([name, { fact, params = {} }]) => [name, facts(fact, params)]));
  if (wanted.kind === 'notice') return { ...wanted, text: filled(wanted.text, values) };
  return wanted.kind === 'command' ? { ...wanted, value: replaced(wanted.value, values) } : wanted;
}

function replaced(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    const [, name] = /^\{([a-z][a-z0-9_]*)\}$/.exec(value) ?? [];
    if (name !== undefined && values.has(name)) return values.get(name) ?? UNKNOWN;
    return filled(value, values);
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, values)]));
}

function filled(text: string, values: ReadonlyMap<string, unknown>): string {
  return text.replace(NAME, (whole, name: string) => (values.has(name) ? String(values.get(name) ?? UNKNOWN) : whole));
}
