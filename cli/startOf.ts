import type { PolicyBundle } from '../engine/rego/loadPolicies.ts';

/** Now; or, with a draft, the first instant from now on at which all of it is in force. In milliseconds since 1970. */
export function startOf({ changes: { added, replaced }, dates }: PolicyBundle): number {
  const drafted = [...added, ...replaced].flatMap((one) => dates.get(one.package)?.inForce ?? []);
  return Math.max(Date.now(), ...drafted);
}
