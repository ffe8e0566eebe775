import { CodedError } from '../../twin/CodedError.ts';
import { nearest } from '../clauses/nearest.ts';
import { duration } from '../rules/duration.ts';
import type { Pack, PackParameter } from './Pack.ts';

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Whether a home may set this value. */
export function accepts({ type, minimum, maximum }: PackParameter, value: unknown): boolean {
  if (type === 'time') return typeof value === 'string' && TIME.test(value);
  const size = type === 'number' ? value : lengthOf(value);
  const [least, most] = type === 'number' ? [minimum, maximum] : [lengthOf(minimum), lengthOf(maximum)];
  return typeof size === 'number' && size >= Number(least) && size <= Number(most);
}

/**
 * The values that a home sets of a pack, once they are known to be ones that it may set. Throws
 * `rule:parameter.unknown` and `rule:parameter.out_of_range`.
 */
export function acceptParameters(pack: Pack, given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new CodedError('rule:parameter.invalid', '`parameters` must be an object of names and values');
  }
  for (const [name, value] of Object.entries(given)) {
    const place = { path: `/parameters/${name}` };
    if (!Object.hasOwn(pack.parameters, name)) {
      const known = Object.keys(pack.parameters);
      const [guess] = nearest(name, known, 1);
      const hint = guess ? `did you mean \`${guess}\`?` : `it has ${known.join(', ') || 'none'}`;
      throw new CodedError('rule:parameter.unknown', `the pack \`${pack.id}\` has no parameter \`${name}\``, {
        place,
        hint,
      });
    }
    const parameter = pack.parameters[name]!;
    if (!accepts(parameter, value)) {
      throw new CodedError('rule:parameter.out_of_range', `\`${name}\` cannot be \`${JSON.stringify(value)}\``, {
        place,
        hint: boundsOf(parameter),
      });
    }
  }
  return given as Readonly<Record<string, unknown>>;
}

function boundsOf({ type, minimum, maximum, unit }: PackParameter): string {
  if (type === 'time') return 'it is a local time such as `22:00`';
  return `it is a ${type} from ${minimum} to ${maximum}${unit ? ` ${unit}` : ''}`;
}

/** In milliseconds; null for what is no duration. */
function lengthOf(text: unknown): number | null {
  try {
    return typeof text === 'string' ? duration(text) : null;
  } catch {
    return null;
  }
}
