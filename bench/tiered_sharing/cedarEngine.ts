import { readFileSync } from 'node:fs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { SharingRequest } from './SharingRequest.ts';

const POLICY_SET = 'tiered_sharing';

/**
 * Cedar over the tiered sharing policy, its policies parsed once and kept (`preparsePolicySet`, `statefulIsAuthorized`).
 * The facts go in as the context: entities would have to be made anew for each request, at a higher price.
 */
export function cedarEngine(): (request: SharingRequest) => {
  readonly allow: boolean;
  readonly rules: readonly string[];
} {
  const text = readFileSync(new URL('./tiered_sharing.cedar', import.meta.url), 'utf8');
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(JSON.stringify(parts.errors));
  // Cedar numbers the policies of a text; their names are their ids here.
  const named = Object.fromEntries(parts.policies.map((policy) => [/@id\("(\w+)"\)/.exec(policy)![1]!, policy]));
  const parsed = cedar.preparsePolicySet(POLICY_SET, { staticPolicies: named });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  const principal = { type: 'Party', id: 'requester' };
  const action = { type: 'Action', id: 'ask' };
  const resource = { type: 'Property', id: 'property' };

  return (request) => {
    const answer = cedar.statefulIsAuthorized({
      principal,
      action,
      resource,
      context: request as unknown as cedar.Context,
      preparsedPolicySetId: POLICY_SET,
      entities: [],
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
    return { allow: decision === 'allow', rules: diagnostics.reason.sort() };
  };
}
