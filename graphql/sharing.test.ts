import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { dueChanges } from '../engine/timers.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { Account } from '../twin/changes.ts';
import { graphOfSnapshot, snapshotOf } from '../twin/graph/snapshot.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { instrumentEntries } from './instrumentEntries.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const HOUR = 3_600_000;
const TERM = 6 * HOUR;
const UNTIL = new Date(NOW + TERM).toISOString();

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  for (let home = 1; home <= 12; home++) world.report(`home-${home}`, `home-${home}:0x01`, { temperature: 20 + home });
  addAccount({
    id: 'second_city_officer',
    organisation: 'demo-city-government',
    area: 'city',
    roles: ['city_officer'],
  });
  addAccount({ id: 'weak_officer', organisation: 'demo-city-government', area: 'city', multiFactor: false });
  addAccount({ id: 'researcher', organisation: 'institute', tier: 'city', roles: ['service_provider'] });
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

function addAccount(over: Partial<Account> & { readonly id: string }): void {
  if (!world.graph.organisations.has('institute')) {
    const institute = { id: 'institute', kind: 'research_institute', name: 'Institute', area: null } as const;
    world.apply([{ kind: 'organisation_added', organisation: institute }]);
  }
  const account: Account = {
    person: null,
    organisation: null,
    area: null,
    tier: 'city',
    roles: ['city_officer'],
    assurance: 'substantial',
    multiFactor: true,
    ...over,
  };
  world.apply([{ kind: 'account_added', account }]);
  world.issue(account.id, account.tier);
}

type Done = {
  readonly id?: string;
  readonly state?: string;
  readonly code?: string;
  readonly rules?: readonly string[];
};

/** Does something as an account: what came of it, or the code of the refusal and the rule behind it. */
async function act(account: string, call: string, fields = 'id state'): Promise<Done> {
  const { data, errors } = await ask(account, `mutation { done: ${call} { ${fields} } }`);
  if (data) return data['done'] as unknown as Done;
  const { code, decisionId } = errors[0]!.extensions;
  const record = world.records.get(String(decisionId));
  return { code, ...(record ? { rules: record.reasons.map(({ rule }) => rule) } : {}) } as Done;
}

const draft = (over = '') =>
  `draftCatalogueEntry(input: { name: "rooms of Lake", area: "community-1", sharing: restricted, audience: [property_company, research_institute],
    purposes: [community_service, research], categories: [environment, device] ${over} })`;
const requestOf = (entry: string, over = '') =>
  `requestSharing(input: { entry: "${entry}", area: "community-1", purposes: [community_service], categories: [environment], reason: "to plan heating" ${over} })`;

async function publish(over = ''): Promise<string> {
  const { id } = await act('community_officer', draft(over));
  expect(await act('city_officer', `publishCatalogueEntry(id: "${id}")`)).toEqual({ id, state: 'published' });
  return id!;
}

async function approved(entry: string, over = ''): Promise<string> {
  const { id } = await act('property_manager', requestOf(entry, over));
  await act('community_officer', `reviewSharingRequest(id: "${id}")`);
  await act('city_officer', `approveSharingRequest(id: "${id}", until: "${UNTIL}")`);
  return id!;
}

/** What the property company has of the temperature in a home that it does not manage, and of all of them. */
async function companySees(home = 'home-1'): Promise<string> {
  const { data } = await ask(
    'property_manager',
    `{ statistics(area: "community-1", property: "temperature", window: day, purpose: community_service) { count outcome }
       decide(requests: [{ home: "${home}", device: "${home}:0x01", property: "temperature", purpose: community_service }]) { outcome } }`,
  );
  const { statistics, decide } = data as unknown as {
    statistics: { count: number | null };
    decide: [{ outcome: string }];
  };
  return `${decide[0].outcome} ${statistics.count}`;
}

/** Lets time do what it does, as the sweep does. */
function pass(ms: number): void {
  world.clock.advance(ms);
  const due = dueChanges(world.graph, world.clock.now());
  world.apply(due);
  world.audit.push(...instrumentEntries(world.graph, due));
}

const moves = () =>
  world.audit.flatMap((entry: AuditEntry) =>
    entry.kind === 'instrument' ? [`${entry.subject} ${entry.move} ${entry.type} ${entry.to}`] : [],
  );

describe('a sharing request', () => {
  it('opens nothing before its review and approval, then what it covers for its term, and is written down [DH-5.4.4] [DH-5.4.6-s2]', async () => {
    const entry = await publish();
    const seen = [await companySees()];
    const { id } = await act('property_manager', requestOf(entry));
    seen.push(await companySees());
    expect(await act('city_officer', `approveSharingRequest(id: "${id}", until: "${UNTIL}")`)).toEqual({
      code: 'twin:instrument.move_refused',
    });
    await act('community_officer', `reviewSharingRequest(id: "${id}")`);
    seen.push(await companySees());
    await act('city_officer', `approveSharingRequest(id: "${id}", until: "${UNTIL}")`);
    seen.push(await companySees());
    pass(TERM - 1);
    seen.push(await companySees());
    pass(1);
    seen.push(await companySees());
    expect(seen).toEqual(['denied null', 'denied null', 'denied null', 'aggregate 12', 'aggregate 12', 'denied null']);
    expect(moves()).toEqual([
      'community_officer draft catalogue_entry draft',
      'city_officer publish catalogue_entry published',
      'property_manager request sharing_request requested',
      'community_officer review sharing_request reviewed',
      'city_officer approve sharing_request approved',
      'null expire sharing_request ended',
    ]);
  });

  it('covers the homes that it names and no other', async () => {
    const id = await approved(await publish(), 'homes: ["demo"]');
    expect(id).toBeTruthy();
    expect([...world.graph.home('demo').bases.keys()]).toContain(`${id}:approval`);
    expect(await companySees()).toBe('denied null');
    await act('property_manager', `endSharingRequest(id: "${id}")`);
    expect([...world.graph.home('demo').bases.keys()]).not.toContain(`${id}:approval`);
  });

  it('is not reviewed by who requested it nor approved by who reviewed it [DH-6.2.3]', async () => {
    const entry = await publish();
    const own = `requestSharing(input: { entry: "${entry}", area: "community-1", purposes: [research], categories: [device], reason: "r" })`;
    expect(await act('city_officer', own)).toEqual({ code: 'command:sharing_request.not_offered' });
    const { id } = await act('property_manager', requestOf(entry));
    expect(await act('property_manager', `reviewSharingRequest(id: "${id}")`)).toMatchObject({
      code: 'access:denied',
      rules: ['own_request'],
    });
    await act('city_officer', `reviewSharingRequest(id: "${id}")`);
    const approve = `approveSharingRequest(id: "${id}", until: "${UNTIL}")`;
    expect(await act('city_officer', approve)).toEqual({ code: 'access:denied', rules: ['own_review'] });
    expect(await act('community_officer', approve)).toEqual({ code: 'access:denied', rules: ['no_permit'] });
    expect(await act('weak_officer', approve)).toEqual({ code: 'access:denied', rules: ['second_factor'] });
    expect(await act('stranger', approve)).toMatchObject({ code: 'access:denied' });
    expect(await act('second_city_officer', approve)).toEqual({ id, state: 'approved' });
  });

  it('that is refused opens nothing and stays refused', async () => {
    const { id } = await act('property_manager', requestOf(await publish()));
    expect(await act('community_officer', `refuseSharingRequest(id: "${id}")`)).toEqual({ id, state: 'refused' });
    expect(await act('community_officer', `reviewSharingRequest(id: "${id}")`)).toEqual({
      code: 'twin:instrument.move_refused',
    });
    expect(await companySees()).toBe('denied null');
  });

  it('asks for nothing that is not listed or not offered [DH-5.4.4-3]', async () => {
    const { id: unpublished } = await act('community_officer', draft());
    const entry = await publish();
    const refused = async (call: string) => (await act('property_manager', call)).code;
    expect(await refused(requestOf('no-such-entry'))).toBe('command:sharing_request.unlisted');
    expect(await refused(requestOf(unpublished!))).toBe('command:sharing_request.unlisted');
    const beyond = requestOf(entry).replace('[environment]', '[environment, behaviour]');
    expect(await refused(beyond)).toBe('command:sharing_request.not_offered');
    expect(await refused(requestOf(entry).replace('"community-1"', '"city"'))).toBe(
      'command:sharing_request.not_offered',
    );
    expect(await refused(requestOf(entry).replace('"community-1"', '"nowhere"'))).toBe('twin:area.not_found');
    expect(await refused(requestOf(entry).replace('[environment]', '[]'))).toBe('command:scope.empty');
    expect(await refused(requestOf(entry).replace('to plan heating', ' '))).toBe('command:text.invalid');
    expect(await refused(requestOf(entry, 'homes: ["home-1"]'))).toBe('twin:home.not_found');
    expect(await refused(requestOf(entry, 'homes: []'))).toBe('command:scope.empty');
  });

  it('is not approved beyond what is offered by then', async () => {
    const entry = await publish();
    const { id } = await act('property_manager', requestOf(entry));
    await act('community_officer', `reviewSharingRequest(id: "${id}")`);
    const narrower = draft(`, replaces: "${entry}"`).replace('[environment, device]', '[device]');
    const { id: next } = await act('community_officer', narrower);
    await act('city_officer', `publishCatalogueEntry(id: "${next}")`);
    expect(await act('city_officer', `approveSharingRequest(id: "${id}", until: "${UNTIL}")`)).toEqual({
      code: 'command:sharing_request.not_offered',
    });
    expect(await companySees()).toBe('denied null');
  });

  it('is approved for a term in the future that is not too long', async () => {
    const { id } = await act('property_manager', requestOf(await publish()));
    await act('community_officer', `reviewSharingRequest(id: "${id}")`);
    for (const until of ['yesterday', new Date(NOW - 1).toISOString(), new Date(NOW + 400 * 24 * HOUR).toISOString()]) {
      expect(await act('city_officer', `approveSharingRequest(id: "${id}", until: "${until}")`)).toEqual({
        code: 'command:term.invalid',
      });
    }
    expect(world.graph.instrument(id!).state).toBe('reviewed');
  });

  it('is seen by its organisation and the officers of its area, page by page', async () => {
    const entry = await publish();
    const ids = [];
    for (let at = 0; at < 3; at++) ids.push((await act('property_manager', requestOf(entry))).id);
    const list = async (account: string, args = '') => {
      const { data } = await ask(
        account,
        `{ sharingRequests${args} { nodes { id reason area { id } } totalCount pageInfo { hasNextPage endCursor } } }`,
      );
      return (
        data as unknown as {
          sharingRequests: {
            nodes: { id: string }[];
            totalCount: number;
            pageInfo: { endCursor: string; hasNextPage: boolean };
          };
        }
      ).sharingRequests;
    };
    for (const account of ['property_manager', 'community_officer', 'city_officer', 'regulator']) {
      expect((await list(account)).nodes.map(({ id }) => id)).toEqual(ids);
    }
    for (const account of ['resident', 'stranger', 'researcher', 'architect'])
      expect((await list(account)).totalCount).toBe(0);
    const first = await list('property_manager', '(first: 2)');
    expect([first.nodes.length, first.totalCount, first.pageInfo.hasNextPage]).toEqual([2, 3, true]);
    const rest = await list('property_manager', `(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect([rest.nodes.map(({ id }) => id), rest.pageInfo.hasNextPage]).toEqual([[ids[2]], false]);
    expect((await list('regulator', '(state: approved)')).totalCount).toBe(0);
  });

  it('is told to the people of a home that it covers, as are all bases', async () => {
    const id = await approved(await publish());
    const { data } = await ask('resident', '{ consents(home: "demo") { id type grantee granularity } }');
    expect(data).toMatchObject({
      consents: expect.arrayContaining([
        { id: `${id}:approval`, type: 'approval', grantee: 'demo-property-company', granularity: 'full' },
      ]),
    });
  });

  it('stands after a restart as it stood before', async () => {
    const id = await approved(await publish());
    const restarted = graphOfSnapshot(snapshotOf(world.graph))!;
    expect(restarted.instrument(id)).toEqual(world.graph.instrument(id));
    expect(dueChanges(restarted, NOW + TERM)).toEqual(dueChanges(world.graph, NOW + TERM));
    expect(restarted.areaBasesFor({ party: 'demo-property-company' }, 'building-2')).toHaveLength(1);
  });

  it('is decided before it is moved, and the decision can be asked for alone', async () => {
    const { id } = await act('property_manager', requestOf(await publish()));
    const query = `{ decide(requests: [
      { type: sharing_request, id: "${id}", action: manage, move: approve },
      { type: sharing_request, id: "${id}" },
      { type: order, id: "${id}" }]) { outcome reasons { rule } } }`;
    expect((await ask('property_manager', query)).data).toMatchObject({
      decide: [
        { outcome: 'denied', reasons: [{ rule: 'own_request' }] },
        { outcome: 'raw', reasons: [{ rule: 'concerned_read' }] },
        { outcome: 'denied', reasons: [] },
      ],
    });
  });

  it('is moved once when two move it at the same time', async () => {
    const { id } = await act('property_manager', requestOf(await publish()));
    await act('community_officer', `reviewSharingRequest(id: "${id}")`);
    const approve = `approveSharingRequest(id: "${id}", until: "${UNTIL}")`;
    const both = await Promise.all(['city_officer', 'second_city_officer'].map((officer) => act(officer, approve)));
    expect(both.filter(({ state }) => state === 'approved')).toHaveLength(1);
    expect(world.graph.instrument(id!).acts.filter(({ move }) => move === 'approve')).toHaveLength(1);
  });
});

describe('the catalogue', () => {
  it('shows drafts to officers of the area and what is published to every account', async () => {
    await act('community_officer', draft());
    const entry = await publish();
    const list = async (account: string) => {
      const { data } = await ask(account, '{ catalogue { nodes { id state version dataSet audience sharing } } }');
      return (data as unknown as { catalogue: { nodes: { id: string }[] } }).catalogue.nodes;
    };
    expect(await list('city_officer')).toHaveLength(2);
    expect(await list('stranger')).toEqual([
      {
        id: entry,
        state: 'published',
        version: 1,
        dataSet: entry,
        audience: ['property_company', 'research_institute'],
        sharing: 'restricted',
      },
    ]);
  });

  it('is drafted by one and published by another, both with a second factor', async () => {
    const { id } = await act('city_officer', draft());
    expect(await act('city_officer', `publishCatalogueEntry(id: "${id}")`)).toEqual({
      code: 'access:denied',
      rules: ['own_draft'],
    });
    expect(await act('weak_officer', `publishCatalogueEntry(id: "${id}")`)).toMatchObject({ rules: ['second_factor'] });
    expect(await act('property_manager', draft())).toMatchObject({ code: 'access:denied' });
    expect(await act('second_city_officer', `publishCatalogueEntry(id: "${id}")`)).toEqual({ id, state: 'published' });
    expect(await act('city_officer', draft().replace('restricted', 'not_shared'))).toEqual({
      code: 'command:catalogue_entry.not_shared',
    });
    expect(await act('city_officer', draft().replace(/audience: \[[^\]]*\]/, 'audience: []'))).toEqual({
      code: 'command:catalogue_entry.no_audience',
    });
  });

  it('is versioned: the next version takes the place of the one before [DH-5.4.4-3]', async () => {
    const first = await publish();
    const second = await publish(`, replaces: "${first}"`);
    const { data } = await ask('city_officer', '{ catalogue { nodes { id state version dataSet } } }');
    expect(data).toEqual({
      catalogue: {
        nodes: [
          { id: first, state: 'replaced', version: 1, dataSet: first },
          { id: second, state: 'published', version: 2, dataSet: first },
        ],
      },
    });
    const { code } = await act('property_manager', requestOf(first));
    expect(code).toBe('command:sharing_request.unlisted');
  });

  it('is not replaced from an area in which it does not lie [DH-6.2.3]', async () => {
    const first = await publish();
    const elsewhere = draft(`, replaces: "${first}"`).replace('"community-1"', '"community-2"');
    expect(await act('city_officer', elsewhere)).toEqual({ code: 'twin:catalogue_entry.not_found' });
    const wider = draft(`, replaces: "${first}"`).replace('"community-1"', '"city"');
    expect(await act('city_officer', wider)).toMatchObject({ state: 'draft' });
  });

  it('is not published when its term is over already', async () => {
    const { id } = await act('community_officer', draft(`, ends: "${UNTIL}"`));
    pass(TERM);
    expect(await act('city_officer', `publishCatalogueEntry(id: "${id}")`)).toEqual({ code: 'command:term.invalid' });
  });

  it('takes back with an entry what was approved under it, at the next query [DH-5.4.4-3] [DH-7.4.6]', async () => {
    const entry = await publish();
    const id = await approved(entry);
    expect(await companySees()).toBe('aggregate 12');
    expect(await act('community_officer', `withdrawCatalogueEntry(id: "${entry}")`)).toEqual({
      id: entry,
      state: 'withdrawn',
    });
    expect(await companySees()).toBe('denied null');
    expect(world.graph.instrument(id).state).toBe('ended');
    expect(moves().slice(-2)).toEqual([
      'community_officer end sharing_request ended',
      'community_officer withdraw catalogue_entry withdrawn',
    ]);
  });

  it('opens restricted public data of an unconditional entry to its audience while it is published', async () => {
    const label = {
      subject_class: 'public',
      category: 'environment',
      grade: 'general_1',
      sharing: 'restricted',
      sensitive: false,
    } as const;
    world.apply([
      { kind: 'property_relabelled', home: 'home-1', device: 'home-1:0x01', property: 'temperature', label },
    ]);
    const read = async () => {
      const { data } = await ask(
        'researcher',
        '{ readings(home: "home-1", property: "temperature", purpose: research) { reading { value outcome } } }',
      );
      return (data as unknown as { readings: { reading: unknown }[] }).readings.map(({ reading }) => reading);
    };
    expect(await read()).toEqual([]);
    const { id } = await act('community_officer', draft().replace('restricted', 'unconditional'));
    await act('city_officer', `publishCatalogueEntry(id: "${id}")`);
    expect(await read()).toEqual([{ value: 21, outcome: 'raw' }]);
    await act('city_officer', `withdrawCatalogueEntry(id: "${id}")`);
    expect(await read()).toEqual([]);
  });
});

const order = (number = 'A-7', over = '') =>
  `registerOrder(input: { number: "${number}", grantee: "demo-regulator", area: "building-2", homes: ["home-1"], purposes: [regulation], categories: [environment], ends: "${UNTIL}" ${over} })`;

describe('a registered order', () => {
  const regulatorSees = async (home = 'home-1') => {
    const { data } = await ask(
      'regulator',
      `{ readings(home: "${home}", property: "temperature") { reading { value outcome } } }`,
    );
    const [row] = (data as unknown as { readings: { reading: { value: unknown; outcome: string } }[] }).readings;
    return `${row?.reading.outcome} ${row?.reading.value}`;
  };

  it('opens what it names under two approvals, is audited with its number, and nothing without [CC-4.2.3.2-c-2]', async () => {
    expect(await regulatorSees()).toBe('aggregate null');
    const { id } = await act('regulator', order());
    expect(await act('city_officer', `approveOrder(id: "${id}")`)).toEqual({ id, state: 'approved_once' });
    expect(await regulatorSees()).toBe('aggregate null');
    expect(await act('community_officer', `approveOrder(id: "${id}")`)).toEqual({ id, state: 'in_force' });
    world.audit.length = 0;
    expect(await regulatorSees()).toBe('raw 21');
    expect(await regulatorSees('home-2')).toBe('aggregate null');
    expect(world.audit.filter(({ kind }) => kind === 'obligation')).toContainEqual(
      expect.objectContaining({ subject: 'regulator', home: 'home-1', duty: 'audit', orders: ['A-7'] }),
    );
    pass(TERM);
    expect(await regulatorSees()).toBe('aggregate null');
    expect(moves()).toEqual(['null expire order ended']);
  });

  it('is not approved by who registered it, by who gains by it, nor twice by one', async () => {
    addAccount({
      id: 'second_regulator',
      organisation: 'demo-regulator',
      area: 'province',
      tier: 'province',
      roles: ['regulator'],
    });
    const { id } = await act('regulator', order());
    const approve = `approveOrder(id: "${id}")`;
    expect(await act('regulator', approve)).toEqual({ code: 'access:denied', rules: ['own_order'] });
    expect(await act('second_regulator', approve)).toEqual({ code: 'access:denied', rules: ['own_order'] });
    expect(await act('city_officer', approve)).toEqual({ id, state: 'approved_once' });
    expect(await act('city_officer', approve)).toEqual({ code: 'access:denied', rules: ['same_approver'] });
    expect(await act('weak_officer', approve)).toEqual({ code: 'access:denied', rules: ['second_factor'] });
    expect(await act('property_manager', approve)).toMatchObject({ code: 'access:denied' });
    expect(world.graph.instrument(id!).state).toBe('approved_once');
  });

  it('is not approved twice by the two accounts of one person', async () => {
    for (const at of [1, 2])
      addAccount({ id: `desk-${at}`, person: 'person-of-home-1', organisation: 'demo-city-government', area: 'city' });
    const { id } = await act('regulator', order());
    await act('desk-1', `approveOrder(id: "${id}")`);
    expect(await act('desk-2', `approveOrder(id: "${id}")`)).toEqual({
      code: 'access:denied',
      rules: ['same_approver'],
    });
  });

  it('is not approved twice by one who asks twice at once', async () => {
    const { id } = await act('regulator', order());
    const both = await Promise.all([1, 2].map(() => act('city_officer', `approveOrder(id: "${id}")`)));
    expect(both.filter(({ state }) => state !== undefined)).toEqual([{ id, state: 'approved_once' }]);
  });

  it('ends when it is revoked or refused, and its number is free again', async () => {
    const { id } = await act('regulator', order());
    expect(await act('regulator', order())).toEqual({ code: 'command:order.number_taken' });
    await act('city_officer', `approveOrder(id: "${id}")`);
    await act('community_officer', `approveOrder(id: "${id}")`);
    expect(await act('regulator', `revokeOrder(id: "${id}")`)).toEqual({ id, state: 'ended' });
    expect(await regulatorSees()).toBe('aggregate null');
    const { id: second } = await act('regulator', order());
    expect(await act('community_officer', `refuseOrder(id: "${second}")`)).toEqual({ id: second, state: 'refused' });
    expect(await act('community_officer', order('B-1'))).toMatchObject({ code: 'access:denied' });
    expect(await act('regulator', order('B-1').replace('demo-regulator', 'nobody'))).toEqual({
      code: 'twin:organisation.not_found',
    });
  });
});

const agreement = (over = '') =>
  `proposeAgreement(input: { title: "heating study", provider: "demo-community-office", grantee: "institute", area: "community-1", purposes: [research, care], categories: [environment], ends: "${UNTIL}" ${over} })`;

describe('an agreement', () => {
  const instituteSees = async () => {
    const { data } = await ask(
      'researcher',
      `{ decide(requests: [{ home: "home-1", device: "home-1:0x01", property: "temperature", purpose: research },
                           { home: "home-1", device: "home-1:0x01", property: "temperature", purpose: care, action: share }])
         { outcome reasons { rule clauses { id } } } }`,
    );
    return data as unknown as { decide: { outcome: string; reasons: { rule: string; clauses: { id: string }[] }[] }[] };
  };
  const outcomes = async () => (await instituteSees()).decide.map(({ outcome }) => outcome);

  it('holds when both parties have signed it, and until one of them ends it', async () => {
    const { id } = await act('community_officer', agreement());
    expect(await act('community_officer', `signAgreement(id: "${id}")`)).toEqual({ id, state: 'signed_once' });
    expect(await outcomes()).toEqual(['denied', 'denied']);
    expect(await act('community_officer', `signAgreement(id: "${id}")`)).toEqual({
      code: 'access:denied',
      rules: ['signed_already'],
    });
    addAccount({
      id: 'colleague',
      organisation: 'demo-community-office',
      area: 'community-1',
      tier: 'community',
      roles: ['community_officer'],
    });
    expect(await act('colleague', `signAgreement(id: "${id}")`)).toEqual({ code: 'command:agreement.signed_already' });
    expect(await act('city_officer', `signAgreement(id: "${id}")`)).toMatchObject({ code: 'access:denied' });
    expect(await act('researcher', `signAgreement(id: "${id}")`)).toEqual({ id, state: 'in_force' });
    expect(await outcomes()).toEqual(['pseudonymous', 'denied']);
    expect(await act('researcher', `endAgreement(id: "${id}")`)).toEqual({ id, state: 'ended' });
    expect(await outcomes()).toEqual(['denied', 'denied']);
  });

  it('lets data be passed on when the people of the home consent too, and not without [CC-4.2.3.3-a-1]', async () => {
    const { id } = await act('researcher', agreement());
    await act('researcher', `signAgreement(id: "${id}")`);
    await act('community_officer', `signAgreement(id: "${id}")`);
    const refused = (await instituteSees()).decide[1]!;
    expect(refused.reasons.flatMap(({ clauses }) => clauses.map((clause) => clause.id))).toContain('CC-4.2.3.3-a-1');
    world.apply([
      {
        kind: 'basis_given',
        basis: {
          id: 'c',
          type: 'consent',
          home: 'home-1',
          person: null,
          givenBy: 'person-of-home-1',
          grantee: 'institute',
          purposes: ['care'],
          categories: ['environment'],
          granularity: 'full',
          ends: null,
        },
      },
    ]);
    expect((await outcomes())[1]).toBe('reduced');
  });

  it('is proposed by a party to another', async () => {
    expect(await act('city_officer', agreement())).toEqual({ code: 'command:agreement.no_party' });
    expect(await act('resident', agreement())).toMatchObject({ code: 'access:denied' });
    expect(await act('community_officer', agreement().replace('"community-1"', '"community-2"'))).toEqual({
      code: 'command:agreement.beyond_area',
    });
    expect(await act('community_officer', agreement().replace('"community-1"', '"city"'))).toEqual({
      code: 'command:agreement.beyond_area',
    });
    const oneself = agreement().replace('"institute"', '"demo-community-office"');
    expect(await act('community_officer', oneself)).toEqual({ code: 'command:agreement.no_party' });
  });

  it('ends at its term, also when only one has signed', async () => {
    const { id } = await act('researcher', agreement());
    await act('researcher', `signAgreement(id: "${id}")`);
    pass(TERM);
    expect(world.graph.instrument(id!).state).toBe('ended');
    expect(await act('community_officer', `signAgreement(id: "${id}")`)).toEqual({
      code: 'twin:instrument.move_refused',
    });
  });
});
