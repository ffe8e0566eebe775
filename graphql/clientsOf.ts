import type { TokenStore } from '../trust/tokens/TokenStore.ts';
import type { AuthenticateClient } from '../twin/MessageBus.ts';
import { DEMO_HOME } from './demo/demoWorld.ts';

/** A home's devices come in under its id and their token; without a name, a demo's loopback client is the demo home. */
export function clientsOf(known: {
  readonly tokens: TokenStore;
  readonly homes: ReadonlyMap<string, unknown>;
  readonly demo: boolean;
  /** Takes a home in that is not known, where none can be. */
  readonly takeIn: ((home: string) => void) | null;
}): AuthenticateClient {
  return ({ username, password, loopback }) => {
    if (username === null) {
      if (known.demo && loopback) return { kind: 'home', home: DEMO_HOME };
      return { kind: 'refused', reason: 'a client names its home and gives the token of its devices' };
    }
    const isOfHome = password !== null && known.tokens.authenticateDevice(username, password);
    if (isOfHome && !known.homes.has(username)) known.takeIn?.(username);
    return isOfHome && known.homes.has(username)
      ? { kind: 'home', home: username }
      : { kind: 'refused', reason: 'wrong home or token' };
  };
}
