import { newEnforcer, newModelFromString } from 'casbin';
import type { SharingRequest } from './SharingRequest.ts';

/** The policy of tiered_sharing.rego as casbin's expressions: name, effect, condition. */
const RULES: readonly (readonly [rule: string, effect: 'allow' | 'deny', condition: string])[] = [
  ['own_home', 'allow', `r.req.purpose == 'own_use' && ownPeople(r.req)`],
  [
    'property_service',
    'allow',
    `r.req.purpose == 'property_service' && r.req.subject.tier == 'property' && has(r.req.relations, 'manages') && (r.req.resource.label.grade == 'general_1' || r.req.resource.label.grade == 'general_2')`,
  ],
  [
    'community_care',
    'allow',
    `r.req.purpose == 'care' && r.req.subject.tier == 'community' && has(r.req.relations, 'contains') && backed(r.req, 'consent')`,
  ],
  [
    'community_service',
    'allow',
    `r.req.purpose == 'community_service' && r.req.subject.tier == 'community' && has(r.req.relations, 'contains') && r.req.resource.label.sharing == 'unconditional'`,
  ],
  [
    'city_planning',
    'allow',
    `r.req.purpose == 'city_planning' && r.req.subject.tier == 'city' && r.req.resource.label.sharing == 'unconditional'`,
  ],
  [
    'city_order',
    'allow',
    `r.req.purpose == 'city_planning' && r.req.subject.tier == 'city' && r.req.resource.label.sharing == 'restricted' && backed(r.req, 'order')`,
  ],
  [
    'regulation',
    'allow',
    `r.req.purpose == 'regulation' && r.req.subject.tier == 'province' && has(r.req.subject.roles, 'regulator') && r.req.subject.assurance == 'high'`,
  ],
  [
    'responder',
    'allow',
    `r.req.purpose == 'emergency' && has(r.req.relations, 'responder') && r.req.context.emergency && (r.req.resource.label.category == 'environment' || r.req.resource.label.category == 'scene' || r.req.resource.label.category == 'device')`,
  ],
  [
    'research',
    'allow',
    `r.req.purpose == 'research' && backed(r.req, 'approval') && (r.req.resource.label.grade == 'general_1' || r.req.resource.label.grade == 'general_2' || r.req.resource.label.grade == 'general_3')`,
  ],
  [
    'commerce',
    'allow',
    `r.req.purpose == 'commerce' && (r.req.resource.label.category == 'device' || r.req.resource.label.category == 'environment') && backed(r.req, 'consent')`,
  ],
  ['not_shared', 'deny', `r.req.resource.label.sharing == 'not_shared' && !ownPeople(r.req)`],
  [
    'minors',
    'deny',
    `(r.req.purpose == 'commerce' || r.req.purpose == 'research') && has(r.req.resource.age_bands, 'child_14_and_under')`,
  ],
  ['second_factor', 'deny', 'r.req.resource.label.sensitive && !r.req.subject.multi_factor'],
  [
    'residency',
    'deny',
    `r.req.context.residency == 'abroad' && (r.req.resource.label.grade == 'important' || r.req.resource.label.grade == 'core')`,
  ],
  ['untrusted_device', 'deny', `r.req.action == 'command' && r.req.resource.device.trust == 'low'`],
];

/** As the rules are administered: one row each. */
const ROWS = 'eval(p.condition)';

/** All in one matcher without rows, the fastest that casbin knows. */
const MATCHER = `(${conditions('allow').join(' || ')}) && !(${conditions('deny').join(' || ')})`;

/** casbin over the tiered sharing policy: whether a request is allowed, which is all that it tells. */
export async function casbinEngine(form: 'rows' | 'matcher'): Promise<(request: SharingRequest) => boolean> {
  const enforcer = await newEnforcer(
    newModelFromString(`
[request_definition]
r = req
[policy_definition]
p = rule, condition, eft
[policy_effect]
e = ${form === 'rows' ? 'some(where (p.eft == allow)) && !some(where (p.eft == deny))' : 'some(where (p.eft == allow))'}
[matchers]
m = ${form === 'rows' ? ROWS : MATCHER}
`),
  );
  await enforcer.addFunction('has', has);
  await enforcer.addFunction(
    'ownPeople',
    ({ relations }: SharingRequest) => has(relations, 'resident') || has(relations, 'owner'),
  );
  await enforcer.addFunction('backed', ({ resource: { basis, label } }: SharingRequest, type: string) =>
    basis.some((one) => one.type === type && one.category === label.category),
  );
  if (form === 'rows') await enforcer.addPolicies(RULES.map(([rule, effect, condition]) => [rule, condition, effect]));
  return (request) => enforcer.enforceSync(request);
}

function conditions(effect: 'allow' | 'deny'): string[] {
  return RULES.filter((rule) => rule[1] === effect).map(([, , condition]) => `(${condition})`);
}

function has(list: readonly string[], item: string): boolean {
  return list.includes(item);
}
