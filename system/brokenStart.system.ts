import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoBridge } from '../simulators/demoBridge/demoBridge.ts';
import { Program, until } from './Program.ts';

/** A folder in which two people have activated a bundle; each test breaks one thing of a copy. */
const whole = new Program();
let resident = '';
beforeAll(async () => {
  const at = (name: string) => join(whole.folder, name);
  for (const who of ['ana', 'ben']) {
    expect((await whole.run(['keys', 'new', who, '--out', at(who)])).code).toBe(0);
    expect((await whole.run(['keys', 'trust', at(`${who}.pub`)])).code).toBe(0);
  }
  const bundle = at('signed.twb');
  expect((await whole.run(['sign', '--key', at('ana.key'), '--out', bundle])).stderr).toBe('');
  expect((await whole.run(['sign', '--add', bundle, '--key', at('ben.key')])).stderr).toBe('');
  await whole.start();
  expect((await whole.run(['activate', bundle])).stdout).toContain('is active');
  expect((await whole.run(['verify'])).stdout).toContain('intact');
  resident = await whole.token('--as', 'resident');
  await whole.stop();
}, 180_000);
afterAll(() => whole.remove());

const files = {
  bundle: (folder: string) => {
    const bundles = join(folder, 'bundles');
    for (const name of readdirSync(bundles).filter((each) => each.endsWith('.twb'))) {
      const path = join(bundles, name);
      writeFileSync(path, readFileSync(path, 'utf8').replace('"outcome\\": \\"reduced', '"outcome\\": \\"raw'));
    }
  },
  compiled: (folder: string) => {
    for (const name of readdirSync(join(folder, 'bundles')).filter((each) => each.endsWith('.rego'))) {
      writeFileSync(join(folder, 'bundles', name), 'garbage');
    }
  },
  trustedKeys: (folder: string) => writeFileSync(join(folder, 'trusted-keys.json'), '{"keys": []}'),
  keys: (folder: string) => writeFileSync(join(folder, 'root.key'), `${'0'.repeat(32)}\n`),
  audit: (folder: string) => {
    const db = new DatabaseSync(join(folder, 'twinward.db'));
    db.exec('DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)');
    db.close();
  },
  store: (folder: string) => {
    for (const name of readdirSync(folder).filter((each) => each.startsWith('twinward.db-')))
      rmSync(join(folder, name));
    writeFileSync(join(folder, 'twinward.db'), Buffer.alloc(65_536, 'no database'));
  },
};

describe.each([
  ['bundle', files.bundle, 'is not the file that was packed', true],
  ['trusted key', files.trustedKeys, 'is not trusted here', true],
  ['root key', files.keys, 'trust:root_key.wrong', false],
  ['audit', files.audit, 'trust:audit.broken', true],
  ['database', files.store, 'store:corrupt', false],
] as const)('with a broken %s', (_what, breakIt, said, isTwinRead) => {
  const program = new Program();
  beforeAll(async () => {
    cpSync(whole.folder, program.folder, { recursive: true });
    breakIt(program.folder);
    await program.start(['--demo'], { ready: false });
  });
  afterAll(() => program.remove());

  it('says why on its terminal and at `/readyz`, and answers nothing', async () => {
    expect(program.output).toContain('NOTHING IS ANSWERED');
    expect(program.output).toContain(said);
    const ready = await fetch(`${program.server.http}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain(said);
    for (const document of ['{ homes(first: 1) { totalCount } }', '{ home(id: "demo") { name } }']) {
      const { status, body } = await program.ask(document, { token: resident });
      expect(body['data']).toBeUndefined();
      expect([status, body['errors'][0].extensions.code]).toEqual(
        isTwinRead ? [503, 'engine:unready'] : [401, 'access:token.invalid'],
      );
    }
    const listed = await program.run(['bundles', '--json']);
    expect(listed.code).toBe(1);
    expect(JSON.parse(listed.stdout).problems.join()).toContain(said);
  });

  it('sounds the siren at gas, opens the door in a fire, and tells who lives there where it knows them', async () => {
    const client = await program.connect();
    const commands: string[] = [];
    client.on('message', (topic, payload) => commands.push(`${topic.split('/')[2]} ${payload}`));
    await client.subscribeAsync(['zigbee2mqtt/hall/siren/set', 'zigbee2mqtt/hall/front_door_lock/set'], { qos: 0 });
    const told: string[] = [];
    const abort = new AbortController();
    const stream = await fetch(`${program.server.http}/home/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${resident}` },
      body: JSON.stringify({ query: 'subscription { alarmChanged(home: "demo") { kind state } }' }),
    });
    const reading = (async () => {
      for await (const chunk of stream.body!) told.push(Buffer.from(chunk as Uint8Array).toString());
    })().catch(() => {});
    client.publish('zigbee2mqtt/bridge/devices', demoBridge().listing, { retain: true });
    client.publish('zigbee2mqtt/kitchen/gas', JSON.stringify({ gas: true }));
    const isCommanded = (what: string) => commands.some((each) => each.includes(what));
    await until(async () => isCommanded('siren'), Boolean);
    expect(commands.join()).toContain('"mode":"emergency"');
    expect(isCommanded('front_door_lock')).toBe(false);
    client.publish('zigbee2mqtt/hall/smoke', JSON.stringify({ smoke: true }));
    await until(async () => isCommanded('front_door_lock'), Boolean);
    expect(commands).toContain('front_door_lock {"state":"UNLOCK"}');
    if (isTwinRead) {
      expect(
        await until(
          async () => told.join(''),
          (text) => text.includes('gas_leak') && text.includes('smoke'),
        ),
      ).toMatch(/"gas_leak","state":"raised".*"smoke","state":"raised"/s);
    }
    abort.abort();
    await reading;
    client.end(true);
  });
});

it('compiles anew what was compiled by nobody it knows, and answers', async () => {
  const program = new Program();
  cpSync(whole.folder, program.folder, { recursive: true });
  files.compiled(program.folder);
  await program.start();
  const { body } = await program.ask('{ home(id: "demo") { name } }', { token: resident });
  expect(body['data'].home.name).not.toBe('');
  expect(JSON.parse((await program.run(['bundles', '--json'])).stdout).active).toBe(2);
  await program.remove();
});
