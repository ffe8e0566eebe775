import { joinKnown } from './knownValues.ts';
import { known, type Value } from './Value.ts';

/** Values one after the other, as text; one alone stays what it is. */
export function joined(values: readonly Value[]): Value {
  const telling = values.filter(
    (value) => !(value.kind === 'known' && typeof value.value === 'string' && value.value.trim() === ''),
  );
  if (telling.length === 1 && telling[0]) return telling[0];
  const parts = values.flatMap((value) => (value.kind === 'joined' ? value.parts : [value]));
  if (parts.every((part) => part.kind === 'known')) return known(parts.map((part) => joinKnown(part.value)).join(''));
  return { kind: 'joined', parts };
}

/** Home Assistant takes the space around what a template says, and reads a number where it says one. */
export function trimmed(value: Value): Value {
  if (value.kind !== 'known' || typeof value.value !== 'string') return value;
  const text = value.value.trim();
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return known(Number(text));
  if (text === 'True' || text === 'False') return known(text === 'True');
  return known(text);
}
