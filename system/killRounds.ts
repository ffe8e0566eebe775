import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { expect } from 'vitest';
import { Program } from './Program.ts';

/** A home that no simulated traffic speaks for. */
const HOME = 'demo-rented';
/** Values told in one round: more would leave the range of a battery's voltage in millivolts. */
const MOST_VALUES = 900;

/**
 * Kills the running program again and again while a real client publishes, and expects that what was acknowledged is
 * there after each start, that an alarm is there once, and that audit and history are whole.
 */
export async function killRounds(rounds: number): Promise<void> {
  const program = new Program();
  try {
    await program.start();
    const password = await program.token('--mqtt', HOME);
    for (let round = 0; round < rounds; round += 1) {
      const client = await program.connect({ username: HOME, password });
      client.on('error', () => undefined);
      const told = publishUntil(client, performance.now() + 50 + Math.random() * 250, { gas: round < 3 });
      await told.ended;
      await program.kill();
      client.end(true);
      await program.start();
      const present = await voltage(program);
      // What was not acknowledged may be there too; of what was acknowledged nothing may be missing.
      expect(present).toBeGreaterThanOrEqual(told.acknowledged());
      expect(present).toBeLessThanOrEqual(told.sent());
    }
    const { body } = await ask(program, `{ alarms(home: "${HOME}") { kind } }`);
    expect(body['data'].alarms.map(({ kind }: any) => kind)).toEqual(['gas_leak']);
    expect((await program.run(['verify'])).code).toBe(0);
  } finally {
    await program.remove();
  }
}

/** Publishes rising voltages until the deadline and gas now and then, without waiting for acknowledgements. */
function publishUntil(client: MqttClient, deadline: number, { gas }: { readonly gas: boolean }) {
  let sent = 0;
  let acknowledged = 0;
  const publish = async () => {
    while (performance.now() < deadline && sent < MOST_VALUES) {
      sent += 1;
      const value = sent;
      client
        .publishAsync(`homes/${HOME}/zigbee2mqtt/living_room/climate`, state({ voltage: 2000 + value }), { qos: 1 })
        .then(() => (acknowledged = Math.max(acknowledged, value)))
        .catch(() => undefined);
      if (gas && sent % 5 === 0) {
        client.publish(`homes/${HOME}/zigbee2mqtt/kitchen/gas`, state({ gas: true }), { qos: 1 });
      }
      if (sent % 4 === 0) await sleep(2);
    }
  };
  return { ended: publish(), sent: () => 2000 + sent, acknowledged: () => 2000 + acknowledged };
}

async function voltage(program: Program): Promise<number> {
  const { body } = await ask(program, `{ readings(home: "${HOME}", property: "voltage") { reading { value } } }`);
  const values = body['data'].readings
    .map(({ reading }: any) => reading.value)
    .filter((value: unknown) => value !== null);
  expect(values.length).toBeLessThanOrEqual(1);
  return values[0] ?? 2000;
}

async function ask(program: Program, document: string) {
  return program.ask(document, { token: await program.token('--as', 'tenant') });
}

function state(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...values, last_seen: new Date().toISOString(), linkquality: 120 });
}
