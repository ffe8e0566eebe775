import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, until } from './Program.ts';

const program = new Program();
beforeAll(async () => {
  await program.start();
});
afterAll(() => program.remove());

it('tells people of gas although its disk takes nothing more, answers nothing, and says so', async () => {
  const resident = await program.token('--as', 'resident');
  const client = await program.connect({ reconnectPeriod: 100 });
  client.on('error', () => {});
  const abort = new AbortController();
  const response = await fetch(`${program.server.http}/home/graphql`, {
    method: 'POST',
    signal: abort.signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${resident}` },
    body: JSON.stringify({ query: 'subscription { alarmChanged(home: "demo") { kind state decisionId } }' }),
  });
  const events: string[] = [];
  const reading = (async () => {
    for await (const chunk of response.body!) events.push(Buffer.from(chunk as Uint8Array).toString());
  })().catch(() => {});

  // No file may grow beyond this: as on a full disk, the next write fails.
  execFileSync('prlimit', ['--pid', String(program.server.pid), '--fsize=4096']);
  const ready = async () => (await fetch(`${program.server.http}/readyz`)).status;
  expect(await until(ready, (status) => status === 503)).toBe(503);
  const answer = await program.ask('{ home(id: "demo") { name } }', { token: resident });
  expect(answer.body['errors'][0].extensions.code).toBe('engine:unready');
  expect(answer.body['data']).toBeUndefined();

  expect(await until(async () => client.connected, Boolean)).toBe(true);
  client.publish('zigbee2mqtt/kitchen/gas', JSON.stringify({ gas: true }), { qos: 1 });
  const told = async () => events.join('');
  expect(await until(told, (text) => text.includes('gas_leak'))).toContain('"kind":"gas_leak","state":"raised"');
  await sleep(200);
  abort.abort();
  await reading;
  client.end(true);
  expect(program.output).toContain('can no longer be written');
  expect(await program.stop()).toBe(3);
});
