import { isArray, isSet, type RegoValue, sortedEntriesOf } from '../../RegoValue.ts';

/** A value as OPA writes it into texts: a text as it is, anything else as Rego. */
export function regoText(value: RegoValue): string {
  return typeof value === 'string' ? value : literal(value);
}

function literal(value: RegoValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (isSet(value)) return value.size === 0 ? 'set()' : `{${value.sorted().map(literal).join(', ')}}`;
  return `{${sortedEntriesOf(value)
    .map(([key, member]) => `${literal(key)}: ${literal(member)}`)
    .join(', ')}}`;
}

function numberText(value: number): string {
  return String(value);
}

type Directive = {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
};

const DIRECTIVE = /%([-+# 0]*)(\d+)?(?:\.(\d+)?)?(.|$)/gsu;
// Widths from arguments and arguments by number: hardly anyone writes them.
const UNUSUAL = /%[-+# 0]*(?:\*|\[|\d+\.(?:\*|\[)|\.(?:\*|\[))/;

/**
 * Formats as Go's fmt.Sprintf does; undefined for what is not supported: widths that are arguments, and arguments by
 * number. Numbers are integers or floats by their value, everything but numbers comes as a text.
 */
export function goFormat(format: string, args: readonly RegoValue[]): string | undefined {
  if (UNUSUAL.test(format)) return undefined;
  let next = 0;
  const written = format.replace(DIRECTIVE, (whole, flags: string, width?: string, precision?: string, verb = '') => {
    if (verb === '%') return '%';
    if (verb === '') return '%!(NOVERB)';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const dotted = whole.includes('.');
    return one(args[next++], {
      flags,
      width: width === undefined ? undefined : Number(width),
      precision: dotted ? Number(precision ?? 0) : undefined,
      verb,
    });
  });
  if (next >= args.length) return written;
  const extra = args.slice(next).map((arg) => `${typeName(arg)}=${plain(arg)}`);
  return `${written}%!(EXTRA ${extra.join(', ')})`;
}

function one(arg: RegoValue, directive: Directive): string {
  const value = typeof arg === 'number' ? arg : regoText(arg);
  if (typeof value === 'string') return ofString(value, directive);
  return Number.isInteger(value) ? ofInteger(value, directive) : ofFloat(value, directive);
}

function ofString(value: string, directive: Directive): string {
  const { flags, precision, verb } = directive;
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 'v':
    case 's':
      return pad(cut, directive);
    case 'q':
      return pad(flags.includes('#') && !cut.includes('`') ? `\`${cut}\`` : JSON.stringify(cut), directive);
    case 'x':
    case 'X': {
      const hex = Buffer.from(value).subarray(0, precision).toString('hex');
      return pad(verb === 'X' ? hex.toUpperCase() : hex, directive);
    }
    default:
      return bad(verb, value);
  }
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function ofInteger(value: number, directive: Directive): string {
  const { flags, precision, verb } = directive;
  if (verb === 'c' || verb === 'q' || verb === 'U') return ofCodePoint(value, directive);
  const base = BASES[verb];
  if (base === undefined) return bad(verb, value);
  let digits = BigInt(Math.abs(value)).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = value === 0 && precision === 0 ? '' : digits.padStart(precision, '0');
  const prefix = verb === 'O' ? '0o' : flags.includes('#') ? alternatePrefix(verb) : '';
  return padNumber(value < 0, prefix + digits, directive);
}

function alternatePrefix(verb: string): string {
  return { b: '0b', o: '0', x: '0x', X: '0X' }[verb] ?? '';
}

function ofCodePoint(value: number, directive: Directive): string {
  const valid = value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000);
  const character = valid ? String.fromCodePoint(value) : '\ufffd';
  if (directive.verb === 'U') return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}`, directive);
  if (directive.verb === 'c') return pad(character, directive);
  return pad(
    `'${character === "'" ? "\\'" : JSON.stringify(character).slice(1, -1).replaceAll('\\"', '"')}'`,
    directive,
  );
}

function ofFloat(value: number, directive: Directive): string {
  const { precision, verb } = directive;
  const size = Math.abs(value);
  switch (verb) {
    case 'v':
      return padNumber(value < 0, general(size, precision, 21), directive);
    case 'g':
    case 'G':
      return padNumber(value < 0, cased(general(size, precision, 21), verb), directive);
    case 'f':
    case 'F':
      return padNumber(value < 0, fixed(size, precision ?? 6), directive);
    case 'e':
    case 'E':
      return padNumber(value < 0, cased(exponent(scientific(size, precision ?? 6)), verb), directive);
    default:
      return bad(verb, value);
  }
}

/** Go's %g: exponents below -4, and from the precision on. */
function general(size: number, precision: number | undefined, threshold: number): string {
  const written = precision === undefined ? size.toExponential() : scientific(size, Math.max(precision, 1) - 1);
  const power = Number(written.split('e')[1]);
  const limit = precision === undefined ? threshold : Math.max(precision, 1);
  if (power < -4 || power >= limit) return exponent(written.replace(/\.?0+e/, 'e'));
  const [digits = '0'] = written.split('e');
  return String(Number(`${digits}e${power}`).toFixed(Math.max(0, digits.replace('.', '').length - 1 - power))).replace(
    /(\.\d*?)0+$/,
    (_, kept: string) => (kept === '.' ? '' : kept),
  );
}

function fixed(size: number, places: number): string {
  const digits = `${scaled(size, places)}`.padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function scientific(size: number, places: number): string {
  let power = Number(size.toExponential().split('e')[1]);
  let digits = `${scaled(size, places - power)}`;
  // Rounded up to the next power of ten.
  if (digits.length > places + 1) digits = `${scaled(size, places - ++power)}`;
  const fraction = digits.slice(1);
  return `${digits[0]}${fraction === '' ? '' : `.${fraction}`}e${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

/** The number times a power of ten, rounded to a whole number, halves to even ones, as Go does and JavaScript does not. */
function scaled(size: number, power: number): bigint {
  const bits = new DataView(new Float64Array([size]).buffer).getBigUint64(0, true);
  const field = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (field === 0 ? 0n : 1n << 52n);
  const twos = Math.max(field, 1) - 1075;
  const over = mantissa * 10n ** BigInt(Math.max(power, 0)) * 2n ** BigInt(Math.max(twos, 0));
  const under = 10n ** BigInt(Math.max(-power, 0)) * 2n ** BigInt(Math.max(-twos, 0));
  const [whole, twice] = [over / under, (over % under) * 2n];
  return twice > under || (twice === under && whole % 2n === 1n) ? whole + 1n : whole;
}

/** Exponents of Go have two digits at least. */
function exponent(scientific: string): string {
  return scientific.replace(/e([+-])(\d)$/, 'e$10$2');
}

function cased(written: string, verb: string): string {
  return verb === verb.toUpperCase() ? written.toUpperCase() : written;
}

function padNumber(negative: boolean, digits: string, directive: Directive): string {
  const { flags, width, precision } = directive;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const zeros = flags.includes('0') && !flags.includes('-') && width !== undefined;
  const isInteger = !directive.verb.match(/[efgEFG]/);
  if (zeros && !(isInteger && precision !== undefined)) return sign + digits.padStart(width - sign.length, '0');
  return pad(sign + digits, { ...directive, flags: flags.replaceAll('0', '') });
}

function pad(written: string, { flags, width }: Directive): string {
  const missing = (width ?? 0) - [...written].length;
  if (missing <= 0) return written;
  if (flags.includes('-')) return written + ' '.repeat(missing);
  return (flags.includes('0') ? '0' : ' ').repeat(missing) + written;
}

function bad(verb: string, value: string | number): string {
  return `%!${verb}(${typeName(value)}=${plain(value)})`;
}

function typeName(value: RegoValue): string {
  return typeof value !== 'number' ? 'string' : Number.isInteger(value) ? 'int64' : 'float64';
}

function plain(value: RegoValue): string {
  return typeof value === 'number'
    ? one(value, { flags: '', width: undefined, precision: undefined, verb: 'v' })
    : regoText(value);
}
