import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRounds } from './killRounds.ts';
import { Program, ROOT, until } from './Program.ts';

const program = new Program();
let firstStart = 0;
beforeAll(async () => {
  firstStart = await program.start();
});
afterAll(() => program.remove());

const ROLES = ['resident', 'tenant', 'property_manager', 'community_officer', 'city_officer', 'regulator', 'architect'];

describe('the running program', () => {
  it('says what is where, gives a token for each role, and is ready soon', async () => {
    console.log(`first start: ${Math.round(firstStart)} ms`);
    expect(program.output).toContain(program.server.http);
    expect(program.output).toContain(program.server.mqtt);
    for (const role of ROLES) expect(program.output).toMatch(new RegExp(`${role}\\s.*tw_`));
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(program.server.http + path)).status).toBe(200);
    }
  });

  it('refuses a second server on the folder, and a port that is taken, and says what to do', async () => {
    const second = await program.run(['serve', '--demo']);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(String(program.server.pid));

    const other = new Program();
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const taken = await other.run(['serve'], { env: { ...other.env, TWINWARD_HTTP_PORT: String(port) } });
    expect(taken.code).toBe(3);
    expect(taken.stderr).toContain(String(port));
    expect(taken.stderr).toContain('TWINWARD_HTTP_PORT');
    const alsoTaken = await other.run(['serve'], { env: { ...other.env, TWINWARD_MQTT_PORT: String(port) } });
    expect(alsoTaken.code).toBe(3);
    expect(alsoTaken.stderr).toContain('TWINWARD_MQTT_PORT');
    blocker.close();
    await other.remove();
  });

  it('shows a resident what a device said a moment ago', async () => {
    const resident = await program.token('--as', 'resident');
    const client = await program.connect();
    await client.publishAsync('zigbee2mqtt/kitchen/climate', state({ temperature: 23.4, humidity: 41 }), { qos: 1 });
    const { body } = await program.ask(
      '{ readings(home: "demo", property: "temperature") { deviceId reading { value outcome unit } } }',
      {
        token: resident,
      },
    );
    const values = body['data'].readings.map(({ reading }: any) => reading);
    expect(values).toContainEqual({ value: 23.4, outcome: 'raw', unit: '°C' });
    await client.endAsync();
  });

  it('tells who may not see why, down to file, line and clause', async () => {
    const manager = await program.token('--as', 'architect');
    const resident = await program.token('--as', 'resident');
    const readings =
      '{ readings(home: "demo", property: "battery", first: 1) { reading { value outcome decisionId } } }';
    const { body } = await program.ask(readings, { token: manager });
    const { value, outcome, decisionId } = body['data'].readings[0].reading;
    expect({ value, outcome }).toEqual({ value: null, outcome: 'denied' });
    const explain = `{ explain(decisionId: "${decisionId}") { reproduced decision { outcome reasons { policy rule file line clauses { id zh en } } } } }`;
    const explained = (await program.ask(explain, { token: manager })).body['data'].explain;
    expect(explained.reproduced).toBe(true);
    const [reason] = explained.decision.reasons;
    expect(reason.file).toMatch(/^policies\/.*\.rego$/);
    expect(reason.line).toBeGreaterThan(0);
    expect(reason.clauses[0].zh).not.toBe('');
    expect((await program.ask(explain, { token: resident })).body['data'].explain).not.toBeNull();
    const shell = await program.run(['explain', decisionId]);
    expect(shell.code).toBe(0);
    expect(shell.stdout).toContain(reason.file);
  });

  it('raises a gas alarm within a second of the message, tells a subscriber by SSE, and keeps it until it is reset', async () => {
    const resident = await program.token('--as', 'resident');
    const abort = new AbortController();
    const stream = await fetch(`${program.server.http}/home/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${resident}` },
      body: JSON.stringify({ query: 'subscription { alarmChanged(home: "demo") { id kind state } }' }),
    });
    const told = readEvents(stream, (text) => text.includes('gas_leak'));
    const client = await program.connect();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const sent = performance.now();
    await client.publishAsync('zigbee2mqtt/kitchen/gas', state({ gas: true }), { qos: 1 });
    expect(await told).toContain('raised');
    console.log(`alarm told by SSE after ${Math.round(performance.now() - sent)} ms`);
    abort.abort();

    await client.publishAsync('zigbee2mqtt/kitchen/gas', state({ gas: false }), { qos: 1 });
    const alarms = async () =>
      (await program.ask('{ alarms(home: "demo") { id kind state } }', { token: resident })).body['data'].alarms.filter(
        ({ kind }: any) => kind === 'gas_leak',
      );
    const [alarm, ...more] = await alarms();
    expect(more).toEqual([]);
    expect(alarm.state).toBe('raised');
    for (const [verb, expected] of [
      ['acknowledgeAlarm', 'acknowledged'],
      ['handleAlarm', 'handled'],
      ['resetAlarm', 'reset'],
    ] as const) {
      const answer = await program.ask(`mutation { ${verb}(home: "demo", alarm: "${alarm.id}") { state } }`, {
        token: resident,
      });
      expect(answer.body['data'][verb].state).toBe(expected);
    }
    await client.endAsync();
  });

  it("acknowledges a stranger's command, delivers it to nobody, and lists it", async () => {
    const listener = await program.connect();
    const heard: string[] = [];
    listener.on('message', (topic) => heard.push(topic));
    await listener.subscribeAsync('zigbee2mqtt/hall/front_door_lock/set', { qos: 1 });
    const stranger = await program.connect();
    await stranger.publishAsync('zigbee2mqtt/hall/front_door_lock/set', '{"state":"UNLOCK"}', { qos: 1, retain: true });
    const resident = await program.token('--as', 'resident');
    const list = await until(
      async () => (await program.run(['devices', '--dead-letters', '--json'])).stdout,
      (text) => text.includes('command.foreign'),
      { tries: 10 },
    );
    expect(list).toContain('command.foreign');
    expect(list).not.toContain('UNLOCK');
    expect(heard).toEqual([]);

    const { body } = await program.ask('{ home(id: "demo") { devices { id name } } }', { token: resident });
    const light = body['data'].home.devices.find(({ name }: any) => name === 'bathroom/fan');
    await listener.subscribeAsync('zigbee2mqtt/bathroom/fan/set', { qos: 1 });
    const commanded = await program.ask(
      `mutation { commandDevice(home: "demo", device: "${light.id}", values: { state: "ON" }) { accepted } }`,
      { token: resident },
    );
    expect(commanded.body['data'].commandDevice.accepted).toBe(true);
    await until(
      async () => heard,
      (topics) => topics.length > 0,
      { tries: 40 },
    );
    expect(heard).toEqual(['zigbee2mqtt/bathroom/fan/set']);
    await Promise.all([listener.endAsync(), stranger.endAsync()]);
  });

  it('refuses MQTT 5, shared subscriptions, and a wrong password', async () => {
    await expect(program.connect({ protocolVersion: 5 })).rejects.toThrow();
    await expect(program.connect({ username: 'demo', password: 'guess' })).rejects.toThrow();
    const client = await program.connect();
    const granted = await client
      .subscribeAsync('$share/group/zigbee2mqtt/#', { qos: 1 })
      .catch((error: unknown) => error);
    expect(JSON.stringify(granted)).not.toContain('"qos":1');
    await client.endAsync();
  });

  it("lets a home's devices speak for that home alone", async () => {
    const password = await program.token('--mqtt', 'home-1');
    const client = await program.connect({ username: 'home-1', password });
    await client.publishAsync('homes/home-2/zigbee2mqtt/bridge/devices', '[]', { qos: 1 });
    const list = await until(
      async () => (await program.run(['devices', '--dead-letters', '--json'])).stdout,
      (text) => text.includes('topic.foreign_home'),
      { tries: 10 },
    );
    expect(list).toContain('topic.foreign_home');
    await client.endAsync();
  });

  it('replays two days of a home, with every labelled incident told apart', async () => {
    const fresh = new Program();
    await fresh.start();
    const recording = join(ROOT, 'twin/testdata/zigbee2mqtt-home.recording.jsonl.br');
    const replayed = await fresh.run(['replay', recording, '--speed', '1000000', '--as-recorded', '--json']);
    expect(replayed.stderr).not.toContain('error');
    expect(replayed.code).toBe(0);
    const letters = JSON.parse((await fresh.run(['devices', '--dead-letters', '--json'])).stdout);
    const counts = Object.fromEntries(letters.counts.map(({ code, count }: any) => [code, count]));
    expect(counts['command.foreign']).toBe(37);
    expect(counts['payload.not_json']).toBe(1);
    expect(counts['value.out_of_range']).toBe(2);
    await fresh.remove();
  });

  it('finds the audit whole, and broken once a row was altered', async () => {
    const audited = new Program();
    await audited.start();
    const token = await audited.token('--as', 'resident');
    await audited.ask('{ home(id: "demo") { devices { name } } }', { token });
    await audited.stop();
    expect((await audited.run(['verify'])).code).toBe(0);
    const db = new DatabaseSync(join(audited.folder, 'twinward.db'));
    db.exec(
      `UPDATE audit SET body = replace(body, '"kind":"decisions"', '"kind":"nothing"') WHERE seq = (SELECT max(seq) FROM audit WHERE kind = 'decisions')`,
    );
    db.close();
    const broken = await audited.run(['verify']);
    expect(broken.code).toBe(1);
    await audited.remove();
  });

  it('ends on a signal in good time, and starts again with all it knew', async () => {
    const resident = await program.token('--as', 'resident');
    const stopping = performance.now();
    expect(await program.stop('SIGTERM')).toBe(0);
    console.log(`stop: ${Math.round(performance.now() - stopping)} ms`);
    console.log(`later start: ${Math.round(await program.start())} ms`);
    const { body } = await program.ask('{ readings(home: "demo", property: "temperature") { reading { value } } }', {
      token: resident,
    });
    expect(body['data'].readings.map(({ reading }: any) => reading.value)).toContain(23.4);
  });

  it('loses nothing that was acknowledged, and doubles no alarm, over twenty kills', () => killRounds(20));

  it("shows a regulator exactly what a draft changes, and fails when the scenario's expectation does", async () => {
    const scenario = ['--scenario', 'heat_wave_elderly_care', '--homes', '2000'];
    const { code, stdout } = await program.run(['simulate', 'heat_wave', ...scenario, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.exact).toBe(true);
    expect(report.population.homes).toBe(2000);
    const cells = report.matrix.reduce((sum: number, row: any) => sum + row.cells, 0);
    expect(cells).toBe(report.cells);
    const missing = await program.run(['simulate', 'no_such_draft', ...scenario]);
    expect([1, 3]).toContain(missing.code);
    expect(missing.stderr).toContain('no_such_draft');
  });

  it('counts the clauses of all five standards', async () => {
    const { code, stdout } = await program.run(['clauses', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).clauses).toHaveLength(1221);
  });

  it('runs on the Node of the host, whatever that is', () => {
    const host = execFileSync('sh', ['-c', 'which -a node'], { encoding: 'utf8' })
      .split('\n')
      .find((path) => path !== '' && !path.includes('node_modules'));
    const output = execFileSync(host!, [join(ROOT, 'cli/bin/twinward.js'), '--help'], {
      encoding: 'utf8',
      cwd: tmpdir(),
    });
    expect(output).toContain('simulate');
  });
});

function state(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...values, last_seen: new Date().toISOString(), linkquality: 120 });
}

/** Reads a stream of server-sent events until its text is what is waited for. */
async function readEvents(response: Response, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (isEnough(text)) return text;
  }
  return text;
}
