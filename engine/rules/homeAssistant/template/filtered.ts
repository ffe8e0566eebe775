import { NotTaken } from '../NotTaken.ts';
import { applyFilter } from './knownValues.ts';
import { type Known, known, type Value } from './Value.ts';

/** A value through a filter. */
export function filtered(value: Value, name: string, args: readonly Known[]): Value {
  if (value.kind === 'known') return known(applyFilter(value.value, name, args));
  if (value.kind === 'either') {
    return { ...value, chosen: filtered(value.chosen, name, args), otherwise: filtered(value.otherwise, name, args) };
  }
  if (value.kind === 'truth' && (name === 'bool' || name === 'trim')) return value;
  if (value.kind === 'payload' && ['string', 'trim', 'int', 'float'].includes(name)) return value;
  if (value.kind === 'reading') {
    const [fallback] = args;
    switch (name) {
      case 'float':
        return { ...value, as: 'number', ...numeric(fallback) };
      case 'int':
        return { ...value, as: 'number', isWhole: true, ...numeric(fallback) };
      case 'lower':
        if (value.as === 'is') return { ...value, as: 'lower' };
        break;
      case 'string':
      case 'trim':
        return value;
    }
  }
  throw new NotTaken(`template filter ${name}`, `the filter \`${name}\` is not taken of what is not known before`);
}

function numeric(fallback: Known | undefined): { readonly fallback?: number | null } {
  return typeof fallback === 'number' ? { fallback } : {};
}
