import { isIPv4, isIPv6 } from 'node:net';
import type { RegoValue } from '../../RegoValue.ts';
import type { Builtins } from './Builtin.ts';

/** Networks by address and prefix. */
export const networks: Builtins = {
  'net.cidr_contains': contains,
  'net.cidr_overlap': contains,
  'net.cidr_intersects': (a, b) => {
    const [x, y] = [network(a), network(b)];
    return x && y ? holds(x, y.address) || holds(y, x.address) : undefined;
  },
};

/** An address as a number, of so many bits, of which the first `prefix` ones are fixed. */
type Network = { readonly address: Address; readonly prefix: number };
type Address = { readonly value: bigint; readonly bits: 32 | 128 };

function contains(a: RegoValue, b: RegoValue): RegoValue {
  const outer = network(a);
  if (!outer || typeof b !== 'string') return undefined;
  const address = parse(b);
  if (address) return holds(outer, address);
  const inner = network(b);
  return inner ? inner.prefix >= outer.prefix && holds(outer, inner.address) : undefined;
}

function holds({ address, prefix }: Network, other: Address): boolean {
  if (address.bits !== other.bits) return false;
  const shift = BigInt(address.bits - prefix);
  return address.value >> shift === other.value >> shift;
}

function network(text: RegoValue): Network | undefined {
  if (typeof text !== 'string') return undefined;
  const [host = '', length = '', ...more] = text.split('/');
  const address = parse(host);
  if (!address || more.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const written = Number(length);
  if (written > (isIPv6(host) ? 128 : 32)) return undefined;
  // The prefix of an IPv4 address within IPv6 counts the bits before it too.
  const prefix = isIPv6(host) && address.bits === 32 ? written - 96 : written;
  if (prefix < 0) return undefined;
  const shift = BigInt(address.bits - prefix);
  return { address: { ...address, value: (address.value >> shift) << shift }, prefix };
}

function parse(text: string): Address | undefined {
  if (isIPv4(text)) return { value: fromParts(text.split('.').map(Number), 8n), bits: 32 };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const value = fromParts(groups(text), 16n);
  // Go takes an IPv4 address within IPv6 for the address it holds.
  return value >> 32n === 0xffffn ? { value: value & 0xffffffffn, bits: 32 } : { value, bits: 128 };
}

function groups(text: string): readonly number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  let plain = text;
  if (dotted) {
    const [a, b, c, d] = dotted.slice(1).map(Number) as [number, number, number, number];
    plain = `${text.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = '', tail] = plain.split('::');
  const of = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return of(head);
  const [before, after] = [of(head), of(tail)];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function fromParts(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}
