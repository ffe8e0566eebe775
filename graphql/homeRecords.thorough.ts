import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { firmwareText } from '../engine/records/acceptFirmware.ts';
import { dueChanges, nextDue } from '../engine/timers.ts';
import { type KeyPair, keyIdOf, makeKeyPair, signMessage } from '../trust/signing/signatures.ts';
import { sm3 } from '../trust/sm3.ts';
import { graphOfSnapshot, snapshotOf } from '../twin/graph/snapshot.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf, streamsOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const LAMP = 'demo:0xc1';
const [RESIDENT, PARTNER] = ['demo-person-resident', 'demo-person-partner'];
const MINUTE = 60_000;

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  world.apply([
    {
      kind: 'device_registered',
      device: {
        id: LAMP,
        home: 'demo',
        room: null,
        address: '1',
        name: 'lamp',
        model: 'TS0001',
        vendor: 'any',
        trust: 'normal',
      },
    },
    { kind: 'person_added', person: { id: PARTNER, ageBand: 'adult' } },
    { kind: 'relation_added', subject: PARTNER, relation: 'resident', object: 'demo' },
    {
      kind: 'account_added',
      account: {
        id: 'partner',
        person: PARTNER,
        organisation: null,
        area: null,
        tier: 'home',
        roles: ['resident'],
        assurance: 'substantial',
        multiFactor: true,
      },
    },
  ]);
  world.tokens.set('tw_partner', { kind: 'account', account: 'partner', tier: 'home', expiresAt: NOW + 86_400_000 });
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

/** What a field gave, as far as tests look into it. */
type Said = Readonly<Record<'id' | 'code' | 'state' | 'grade' | 'because', string>> & {
  readonly binding: { readonly id: string };
};

/** What a field gives, or the code of its refusal. */
async function say(account: string, field: string, kind: 'mutation' | 'query' = 'mutation'): Promise<Said> {
  const { data, errors } = await ask(account, `${kind} { it: ${field} }`);
  const [error] = errors;
  if (error) return { code: error.extensions['code'], message: error.message } as unknown as Said;
  return data!['it'] as unknown as Said;
}

/** Lets time pass, and what it brings about. */
function wait(ms: number): void {
  world.clock.advance(ms);
  world.apply(dueChanges(world.graph, world.clock.now()));
}

describe('a binding', () => {
  const offer = (person = RESIDENT, account = 'resident') =>
    say(
      account,
      `offerBinding(home: "demo", device: "${LAMP}", person: "${person}") { code binding { id state person } }`,
    );
  const activate = (account: string, code: string) =>
    say(account, `activateBinding(home: "demo", device: "${LAMP}", code: "${code}") { id state person }`);

  it('binds a device to whom it was offered by a code that works once [SH-6.2.2-b]', async () => {
    const { code, binding } = await offer();
    expect(binding).toMatchObject({ state: 'offered', person: RESIDENT });
    expect(await activate('partner', code)).toMatchObject({ code: 'access:binding.code_refused' });
    expect(await activate('resident', `${code}x`)).toMatchObject({ code: 'access:binding.code_refused' });
    expect(await activate('resident', code)).toEqual({ id: binding.id, state: 'bound', person: RESIDENT });
    expect(await activate('resident', code)).toMatchObject({
      code: 'access:binding.code_refused',
      message: expect.stringContaining('SH-6.2.2-b'),
    });
    expect(JSON.stringify([...world.graph.home('demo').records.values()])).not.toContain(code);
    expect(world.audit.filter(({ kind }) => kind === 'record')).toMatchObject([
      { of: 'binding', to: 'opened', subject: 'resident' },
      { of: 'binding', to: 'bound', subject: 'resident' },
    ]);
  });

  it('is to one person at a time, and handed on with a code of the next one’s own', async () => {
    const { code, binding } = await offer();
    expect(await offer(PARTNER)).toMatchObject({ code: 'twin:binding.taken' });
    await activate('resident', code);
    const next = await say(
      'resident',
      `transferBinding(home: "demo", binding: "${binding.id}", person: "${PARTNER}") { code binding { state person } }`,
    );
    expect(next.binding).toEqual({ state: 'offered', person: PARTNER });
    expect(await activate('partner', next.code)).toMatchObject({ state: 'bound', person: PARTNER });
    expect(await say('resident', 'bindings(home: "demo") { state person }', 'query')).toEqual([
      { state: 'transferred', person: RESIDENT },
      { state: 'bound', person: PARTNER },
    ]);
  });

  it('lapses when nobody activates it in time', async () => {
    const { code } = await offer();
    expect(nextDue(world.graph, world.clock.now())).toBeLessThanOrEqual(NOW + 30 * MINUTE);
    wait(30 * MINUTE);
    expect(await say('resident', 'bindings(home: "demo") { state }', 'query')).toEqual([{ state: 'lapsed' }]);
    expect(await activate('resident', code)).toMatchObject({ code: 'access:binding.code_refused' });
  });

  it('is no matter of who manages the building', async () => {
    expect(await offer(RESIDENT, 'property_manager')).toMatchObject({ code: expect.stringMatching(/^access:/) });
  });
});

describe('firmware', () => {
  let maker: KeyPair;
  beforeEach(() => {
    maker = makeKeyPair('sm2');
    world.firmwareKeys.push({
      id: keyIdOf(maker),
      holder: 'maker',
      algorithm: maker.algorithm,
      publicKey: maker.publicKey,
      roles: ['author'],
      from: null,
      until: null,
    });
  });

  type Over = { version?: string; model?: string; algorithm?: string; image?: string; key?: KeyPair; signs?: string };
  const offer = ({
    version = '1.2.0',
    model = 'TS0001',
    algorithm = 'SM3',
    image = 'image',
    key = maker,
    signs = version,
  }: Over = {}) => {
    const digest = { algorithm, value: sm3(image).toString('hex') };
    const value = signMessage(firmwareText({ model, version: signs, digest }), key);
    return say(
      'resident',
      `offerFirmware(home: "demo", device: "${LAMP}", firmware: { model: "${model}", version: "${version}",
        digest: { algorithm: "${algorithm}", value: "${digest.value}" },
        signature: { key: "${keyIdOf(key)}", value: "${value}" } }) { id state from version }`,
    );
  };
  const move = (account: string, verb: string, id: string, purpose = 'own_use') =>
    say(account, `${verb}Firmware(home: "demo", firmware: "${id}", purpose: ${purpose}) { state }`);
  const report = (id: string, version: string) =>
    say('resident', `reportFirmware(home: "demo", firmware: "${id}", version: "${version}") { state }`);

  it('is approved by two, installed, and there when the device says so [SH-8.1.5-a]', async () => {
    const { id, state } = await offer();
    expect(state).toBe('offered');
    expect(await move('resident', 'install', id)).toMatchObject({ code: 'twin:firmware.move_refused' });
    expect(await move('resident', 'approve', id)).toEqual({ state: 'approved_once' });
    expect(await move('resident', 'approve', id)).toMatchObject({ code: 'twin:firmware.same_approver' });
    expect(await move('property_manager', 'approve', id, 'property_service')).toEqual({ state: 'approved' });
    expect(await move('resident', 'install', id)).toEqual({ state: 'installing' });
    expect(await report(id, '1.2.0')).toEqual({ state: 'installed' });
  });

  it('failed when the device has another version than the one that was ordered', async () => {
    const { id } = await offer();
    await move('resident', 'approve', id);
    await move('partner', 'approve', id);
    await move('resident', 'install', id);
    expect(await report(id, '1.1.9')).toEqual({ state: 'failed' });
  });

  it('failed when the device says nothing for a day', async () => {
    const { id } = await offer();
    await move('resident', 'approve', id);
    await move('partner', 'approve', id);
    await move('resident', 'install', id);
    wait(24 * 60 * MINUTE);
    expect([...world.graph.home('demo').records.values()]).toMatchObject([{ state: 'failed' }]);
  });

  it('never goes back, for another model, under a weak digest or without its maker’s signature [SH-6.2.4-c-2]', async () => {
    const { id } = await offer();
    for (const [account, verb] of [
      ['resident', 'approve'],
      ['partner', 'approve'],
      ['resident', 'install'],
    ] as const) {
      await move(account, verb, id);
    }
    await report(id, '1.2.0');
    expect(await offer({ version: '1.2.0' })).toMatchObject({ code: 'twin:firmware.rollback' });
    expect(await offer({ version: '1.1.10' })).toMatchObject({ code: 'twin:firmware.rollback' });
    expect(await offer({ model: 'TS0002', version: '2.0' })).toMatchObject({ code: 'twin:firmware.model_other' });
    for (const algorithm of ['MD5', 'SHA1']) {
      expect(await offer({ algorithm, version: '2.0' })).toMatchObject({ code: 'twin:firmware.digest_weak' });
    }
    expect(await offer({ version: '2.0', key: makeKeyPair('sm2') })).toMatchObject({
      code: 'twin:firmware.signature_wrong',
    });
    expect(await offer({ version: '2.0', signs: '1.9' })).toMatchObject({ code: 'twin:firmware.signature_wrong' });
    expect(await offer({ version: '1.10' })).toMatchObject({ state: 'offered', from: '1.2.0' });
    expect(await offer({ version: '2.0', algorithm: 'SHA256' })).toMatchObject({ state: 'offered' });
  });
});

describe('an incident', () => {
  const FIELDS =
    'id state class grade because responsible { party because } cause { kind id } duties { what at } overdue { what }';
  const open = (input: string, account = 'resident') =>
    say(account, `openIncident(home: "demo", incident: { title: "it failed", ${input} }) { ${FIELDS} }`);
  const move = (id: string, verb: string, more = '') =>
    say(
      'resident',
      `moveIncident(home: "demo", incident: "${id}", move: ${verb}${more}) { state responsible { party } }`,
    );
  const ITEMS = ['cause', 'affectedTime', 'accountability', 'emergency', 'resolution', 'review', 'improvement'];
  const close = (id: string, items = ITEMS) =>
    say(
      'resident',
      `closeIncident(home: "demo", incident: "${id}", report: { ${items.map((each) => `${each}: "said"`).join(' ')} }) { state }`,
    );
  const stands = async () =>
    (await say('resident', `incidents(home: "demo") { state overdue { what } }`, 'query')) as unknown as {
      state: string;
      overdue: { what: string }[];
    }[];

  it('is graded by what it did, and says why [CC-4.2.1.2-a] [CC-4.2.1.2-b] [CC-4.2.1.2-c] [CC-4.2.1.2-d]', async () => {
    const grades = [];
    for (const input of [
      'danger: true, people: 40',
      'danger: true, people: 2',
      'class: data_leak, sensitive: true, people: 3',
      'people: 1',
    ]) {
      const { grade, because } = await open(input);
      expect(because).not.toBe('');
      grades.push(grade);
    }
    expect(grades).toEqual(['particularly_major', 'major', 'relatively_large', 'general']);
  });

  it('is of the class that was told, and of class other when none was [CC-4.2.1.1-c]', async () => {
    expect(await open('class: service_unavailable')).toMatchObject({ class: 'service_unavailable' });
    expect(await open('people: 1')).toMatchObject({ class: 'other' });
  });

  it('names the platform where a datum left, and whoever manages the home of a device that failed [CC-4.2.2-b]', async () => {
    expect(await open('class: data_leak, leftAt: "demo-city-government"')).toMatchObject({
      responsible: { party: 'demo-city-government' },
    });
    expect(await open(`class: service_unavailable, device: "${LAMP}"`)).toMatchObject({
      responsible: { party: 'demo-property-company', because: expect.stringContaining('manages') },
    });
    expect(await open('class: data_leak')).toMatchObject({ responsible: null });
  });

  it('is opened for an alarm, and takes over the danger that it tells of', async () => {
    world.apply([
      {
        kind: 'alarm_raised',
        alarm: {
          id: 'a1',
          home: 'demo',
          kind: 'smoke',
          device: LAMP,
          rule: 'smoke',
          raisedAt: new Date(NOW).toISOString(),
        },
      },
    ]);
    expect(await open('alarm: "a1"')).toMatchObject({ grade: 'major', cause: { kind: 'alarm', id: 'a1' } });
    expect(await open('alarm: "a2"')).toMatchObject({ code: 'twin:alarm.not_found' });
  });

  it('of an upper grade is to be announced when it lasts an hour, a general one is not', async () => {
    await open('danger: true, people: 2');
    await open('people: 1');
    wait(31 * MINUTE);
    expect((await stands()).map(({ overdue }) => overdue.map(({ what }) => what))).toEqual([['response'], []]);
    wait(30 * MINUTE);
    expect((await stands()).map(({ overdue }) => overdue.map(({ what }) => what))).toEqual([
      ['response', 'announcement'],
      [],
    ]);
    expect(world.graph.home('demo').records.size).toBe(2);
    wait(60 * MINUTE);
    // What was told once is not told again.
    expect((await stands())[0]!.overdue).toHaveLength(2);
  });

  it('tells whoever may follow it that it was opened, and what of it is overdue', async () => {
    const { next, cancel } = await streamsOf(server)(
      'resident',
      'subscription { incidentChanged(home: "demo") { state overdue { what } } }',
    );
    await open('danger: true, people: 2');
    const told = async () => ((await next()) as { data: { incidentChanged: unknown } }).data.incidentChanged;
    expect(await told()).toEqual({ state: 'opened', overdue: [] });
    wait(31 * MINUTE);
    expect(await told()).toEqual({ state: 'opened', overdue: [{ what: 'response' }] });
    cancel();
  });

  it('that was answered and recovered from in time is overdue with nothing', async () => {
    const { id } = await open('danger: true, people: 2');
    for (const [verb, more] of [['attribute', ', party: "demo-property-company"'], ['contain'], ['recover']] as const) {
      await move(id, verb, more);
    }
    wait(600 * MINUTE);
    expect((await stands())[0]).toEqual({ state: 'recovered', overdue: [] });
  });

  it('whose cause is unclear is investigated together, by a third, and shared when that fails [CC-4.2.2-c]', async () => {
    const { id } = await open('class: data_leak');
    expect(await move(id, 'attribute')).toMatchObject({ code: 'twin:incident.unattributed' });
    expect(await move(id, 'consult')).toMatchObject({ state: 'investigated_jointly' });
    expect(await move(id, 'contain')).toMatchObject({ code: 'twin:incident.move_refused' });
    expect(await move(id, 'appoint')).toMatchObject({ state: 'investigated_by_third' });
    expect(await move(id, 'share')).toEqual({ state: 'attributed', responsible: { party: 'shared' } });
  });

  it('is closed with all seven items of its record, and a major one after it was tracked [CC-4.2.5-b-2]', async () => {
    const { id } = await open('danger: true, people: 2');
    for (const [verb, more] of [['attribute', ', party: "demo-property-company"'], ['contain'], ['recover']] as const) {
      await move(id, verb, more);
    }
    expect(await close(id, ITEMS.slice(1))).toMatchObject({
      code: 'twin:incident.report_incomplete',
      message: expect.stringContaining('CC-4.2.5-b-2'),
    });
    expect(await close(id)).toMatchObject({ code: 'twin:incident.untracked' });
    await move(id, 'track', ', note: "the valve was replaced"');
    expect(await close(id)).toEqual({ state: 'closed' });
    expect(await move(id, 'contain')).toMatchObject({ code: 'twin:incident.move_refused' });
  });

  it('is not for strangers, and outlives a restart', async () => {
    expect(await open('people: 1', 'tenant')).toMatchObject({ code: expect.stringMatching(/^(access|twin):/) });
    await open('people: 1');
    const again = graphOfSnapshot(snapshotOf(world.graph));
    expect(again!.home('demo').records).toEqual(world.graph.home('demo').records);
  });
});
