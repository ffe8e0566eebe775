import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, until } from './Program.ts';

/** A home that no simulated traffic speaks for, by the clock of the demo's city. */
const HOME = 'demo-rented';
const TOPICS = `homes/${HOME}/zigbee2mqtt`;
const DOOR = {
  ieee_address: '0x00158d00045c0042',
  friendly_name: 'hall/door',
  type: 'EndDevice',
  supported: true,
  definition: { model: 'SNZB-04', vendor: 'SONOFF' },
};
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const PATIENT = { tries: 400 };
const hasRun = (runs: readonly number[]) => runs.length > 0;

const program = new Program();
let tenant: string;
let password: string;

beforeAll(async () => {
  await program.start();
  tenant = await program.token('--as', 'tenant');
  password = await program.token('--mqtt', HOME);
  await publish('bridge/devices', [DOOR]);
}, 60_000);
afterAll(() => program.remove());

async function publish(topic: string, payload: unknown): Promise<void> {
  const client = await program.connect({ username: HOME, password });
  client.on('error', () => undefined);
  await client.publishAsync(`${TOPICS}/${topic}`, JSON.stringify(payload), { qos: 1 });
  client.end(true);
}

async function asked(document: string): Promise<Record<string, any>> {
  const { body } = await program.ask(document, { token: tenant });
  if (body['errors']) throw new Error(JSON.stringify(body['errors']));
  return body['data'];
}

async function setRule(id: string, on: unknown, all: readonly unknown[]): Promise<void> {
  const event = { type: 'act', params: { effects: [{ kind: 'notice', to: 'residents', text: id }] } };
  const rule = JSON.stringify({ id, title: id, on, conditions: { all }, event }).replaceAll(/"(\w+)":/g, '$1:');
  const { setRule: set } = await asked(`mutation { setRule(home: "${HOME}", rule: ${rule}) { problems { message } } }`);
  expect(set).toEqual({ problems: [] });
}

/** When a rule of the home acted, by the instants of its events. */
async function ran(rule: string): Promise<number[]> {
  const { ruleRuns } = await asked(`{ ruleRuns(home: "${HOME}", first: 100) { nodes { at rule } } }`);
  return ruleRuns.nodes.filter((node: any) => node.rule.endsWith(rule)).map(({ at }: any) => Date.parse(at));
}

it('what lasts and what a clock shows wakes rules once, though the program is killed and is down at the instant', async () => {
  // Far enough ahead for what comes before it.
  const minute = Math.ceil((Date.now() + 25 * SECOND) / MINUTE) * MINUTE;
  const shown = new Date(minute).toLocaleTimeString('en-GB', {
    timeZone: 'Asia/Shanghai',
    hour: '2-digit',
    minute: '2-digit',
  });
  await setRule('at_the_minute', { times: [shown] }, []);
  await setRule('open_for_long', { changes: ['contact'] }, [
    {
      fact: 'held_for',
      params: { property: 'contact', in: [false], unit: 'seconds' },
      operator: 'greaterThanInclusive',
      value: 8,
    },
  ]);

  const opened = Date.now();
  await publish('hall/door', { contact: false, last_seen: opened });
  await program.kill();
  await program.start();
  const lasted = await until(() => ran('open_for_long'), hasRun, PATIENT);
  expect(lasted).toEqual([opened + 8 * SECOND]);
  expect(Date.now()).toBeGreaterThanOrEqual(opened + 8 * SECOND);

  await sleep(Math.max(0, minute - 2 * SECOND - Date.now()));
  await program.kill();
  await sleep(Math.max(0, minute + SECOND - Date.now()));
  await program.start();
  expect(await until(() => ran('at_the_minute'), hasRun, PATIENT)).toEqual([minute]);

  // Started once more: neither comes again.
  await program.kill();
  await program.start();
  await sleep(2 * SECOND);
  expect(await ran('at_the_minute')).toEqual([minute]);
  expect(await ran('open_for_long')).toEqual([opened + 8 * SECOND]);
}, 240_000);
