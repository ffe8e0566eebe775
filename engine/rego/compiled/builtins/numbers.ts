import type { RegoValue } from '../../RegoValue.ts';
import { EvaluationFault } from '../EvaluationFault.ts';
import type { Builtins } from './Builtin.ts';

/** Arithmetic on decimals, as OPA has it: 0.1 + 0.2 is 0.3. */
export const numbers: Builtins = {
  plus: (a, b) => both(a, b, (x, y) => (safe(x + y, x, y) ? x + y : exactly(x, y, (c, d) => c + d))),
  mul: (a, b) => both(a, b, multiply),
  div: (a, b) => both(a, b, (x, y) => (y === 0 ? undefined : divide(x, y))),
  rem: (a, b) =>
    both(a, b, (x, y) => (Number.isInteger(x) && Number.isInteger(y) && y !== 0 ? positiveZero(x % y) : undefined)),
  abs: (a) => one(a, Math.abs),
  round: (a) => one(a, (x) => positiveZero(Math.sign(x) * Math.round(Math.abs(x)))),
  ceil: (a) => one(a, (x) => positiveZero(Math.ceil(x))),
  floor: (a) => one(a, Math.floor),
  'bits.or': (a, b) => bits(a, b, (x, y) => x | y),
  'bits.and': (a, b) => bits(a, b, (x, y) => x & y),
  'bits.xor': (a, b) => bits(a, b, (x, y) => x ^ y),
  'bits.negate': (a) => bits(a, 0, (x) => ~x),
  'bits.lsh': (a, b) => bits(a, b, (x, y) => (y < 0n ? undefined : shiftLeft(x, y))),
  'bits.rsh': (a, b) => bits(a, b, (x, y) => (y < 0n ? undefined : x >> y)),
  to_number: (a) => {
    if (a === null || a === false) return 0;
    if (a === true) return 1;
    if (typeof a === 'number') return a;
    return typeof a === 'string' && NUMBER.test(a) ? numberOf(a) : undefined;
  },
  'numbers.range': {
    cost: (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.abs(b - a) : 0),
    run: (a, b) => {
      if (!Number.isInteger(a) || !Number.isInteger(b)) return undefined;
      const [from, to] = [a as number, b as number];
      const step = from <= to ? 1 : -1;
      return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + step * index);
    },
  },
};

/** The difference of two numbers; `minus` of sets is elsewhere. */
export function subtract(x: number, y: number): number {
  return safe(x - y, x, y) ? x - y : exactly(x, y, (c, d) => c - d);
}

/** The sum or product of a list; undefined where a member is no number. */
export function fold(members: readonly RegoValue[], start: number, by: 'plus' | 'mul'): number | undefined {
  let total: RegoValue = start;
  for (const member of members) {
    if (typeof member !== 'number') return undefined;
    total = (numbers[by] as (a: RegoValue, b: RegoValue) => RegoValue)(total, member);
  }
  return total as number;
}

function multiply(x: number, y: number): number {
  if (safe(x * y, x, y)) return positiveZero(x * y);
  const [a, b] = [decimal(x), decimal(y)];
  return toNumber({ digits: a.digits * b.digits, exponent: a.exponent + b.exponent });
}

// 34 digits, as the decimals of OPA's Wasm have.
function divide(x: number, y: number): number {
  const quotient = x / y;
  if (safe(quotient, x, y)) return positiveZero(quotient);
  const [a, b] = [decimal(x), decimal(y)];
  return toNumber({ digits: (a.digits * 10n ** 34n) / b.digits, exponent: a.exponent - b.exponent - 34 });
}

/** Whether a result of whole numbers is exact as it is. */
function safe(result: number, x: number, y: number): boolean {
  return Number.isSafeInteger(result) && Number.isInteger(x) && Number.isInteger(y);
}

type Decimal = { readonly digits: bigint; readonly exponent: number };

function exactly(x: number, y: number, apply: (a: bigint, b: bigint) => bigint): number {
  const [a, b] = [decimal(x), decimal(y)];
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent);
  return toNumber({ digits: apply(scaled(a), scaled(b)), exponent });
}

/** The shortest decimal that means this number: the one that JSON has. */
function decimal(value: number): Decimal {
  const [mantissa = '', power = '0'] = `${value}`.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function toNumber({ digits, exponent }: Decimal): number {
  const result = Number(`${digits}e${exponent}`);
  if (!Number.isFinite(result) || (Number.isInteger(result) && !Number.isSafeInteger(result))) throw tooLarge();
  return positiveZero(result);
}

function tooLarge(): EvaluationFault {
  return new EvaluationFault('policy:evaluation.failed', 'a whole number is beyond 2^53, where numbers are not exact');
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function numberOf(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw tooLarge();
  return positiveZero(value);
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}

function one(a: RegoValue, apply: (x: number) => number): RegoValue {
  return typeof a === 'number' ? apply(a) : undefined;
}

function both(a: RegoValue, b: RegoValue, apply: (x: number, y: number) => RegoValue): RegoValue {
  return typeof a === 'number' && typeof b === 'number' ? apply(a, b) : undefined;
}

function bits(a: RegoValue, b: RegoValue, apply: (x: bigint, y: bigint) => bigint | undefined): RegoValue {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return undefined;
  const result = apply(BigInt(a as number), BigInt(b as number));
  if (result === undefined) return undefined;
  const value = Number(result);
  if (!Number.isSafeInteger(value)) throw tooLarge();
  return value;
}

function shiftLeft(x: bigint, y: bigint): bigint {
  if (y > 53n && x !== 0n) throw tooLarge();
  return x << y;
}
