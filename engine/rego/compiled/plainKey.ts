import { RegoObject, RegoSet } from '../RegoValue.ts';

/** What values have without anybody having put it there. */
const INHERITED = new Set(
  [Object, Array, Function, String, Number, Boolean, RegoObject, RegoSet].flatMap(({ prototype }) =>
    Reflect.ownKeys(prototype),
  ),
);

/** A key under which nothing has anything. */
const NOWHERE = Symbol('nowhere');

/**
 * The key by which JavaScript itself may read what stands under a text: whatever it finds is a member that JSON gave to an
 * object. For texts under which objects, lists or texts have something of their own, a key that finds nothing.
 */
export function plainKey(text: string): string | symbol {
  return INHERITED.has(text) || /^\d+$/.test(text) ? NOWHERE : text;
}
