import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '..', 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'twinward-serving-'));
const env = { ...process.env, TWINWARD_DATA: folder, TWINWARD_HTTP_PORT: '0', TWINWARD_MQTT_PORT: '0' };
const run = promisify(execFile);
let server: ChildProcess;
let printed = '';

beforeAll(async () => {
  server = spawn(process.execPath, [program, 'serve', '--demo'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of server.stdout!.iterator({ destroyOnReturn: false })) {
    printed += String(chunk);
    if (printed.includes('Ctrl-C stops it.')) break;
  }
}, 60_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  rmSync(folder, { recursive: true });
});

describe('serve --demo', () => {
  it('prints commands that work as they stand', async () => {
    const curls = printed.split('\n').filter((line) => line.startsWith('     curl'));
    expect(curls).toHaveLength(2);
    for (const curl of curls) {
      const answer = JSON.parse((await run('sh', ['-c', curl])).stdout) as object;
      expect(answer).toEqual({ data: expect.any(Object) });
    }
  });
});

describe('devices', () => {
  it('says how many of the homes it shows', async () => {
    const { stdout } = await twinward('devices', '--first', '3');
    expect(stdout).toMatch(/^home +device +kind +state +model\ndemo /);
    expect(stdout).toMatch(/\n3 of 2,002 homes; `--first` shows more, `--home` one of them\n$/);
    const all = await twinward('devices', '--home', 'demo', '--json');
    expect(JSON.parse(all.stdout)).toEqual([{ id: 'demo', devices: expect.any(Array) }]);
  });

  it('lists what could not be taken in, with the reason below', async () => {
    expect((await twinward('devices', '--dead-letters')).stdout).toBe(
      'no dead letters: everything that came was taken in\n',
    );
    const { mqtt } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as { mqtt: string };
    const client = await connectAsync(mqtt);
    for (const payload of ['{"temperature": 4000}', 'no JSON'])
      await client.publishAsync('zigbee2mqtt/kitchen/climate', payload, { qos: 1 });
    await client.endAsync();
    const { stdout } = await twinward('devices', '--dead-letters', '--home', 'demo', '--first', '1');
    expect(stdout).toMatch(/^payload\.not_json +1$/m);
    expect(stdout).toMatch(/^value\.out_of_range +1$/m);
    expect(stdout).toMatch(/Z {2}payload\.not_json {2}demo {2}zigbee2mqtt\/0x[0-9a-f]{16}\n {4}the payload .*\n$/);
  });

  it('refuses a home that does not exist and a number that is none', async () => {
    expect(await twinward('devices', '--home', 'nowhere')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'twinward: no home `nowhere`\nhint: `twinward devices` lists homes by id\n',
    });
    expect(await twinward('devices', '--first', 'many')).toMatchObject({ code: 2 });
  });
});

describe('token', () => {
  it('prints the token alone', async () => {
    expect((await twinward('token', '--as', 'resident')).stdout).toMatch(/^tw_\S+\n$/);
  });

  it('says which accounts there are when there is none of that name', async () => {
    const said = (account: string) => twinward('token', '--as', account).then(({ stderr }) => stderr);
    expect(await said('residen')).toBe('twinward: no account `residen`\nhint: did you mean `resident`?\n');
    expect(await said('mayor')).toMatch(/^twinward: no account `mayor`\nhint: a demo has resident, tenant, /);
  });
});

async function twinward(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, [program, ...args], { env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
