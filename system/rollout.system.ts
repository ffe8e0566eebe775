import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, ROOT, until } from './Program.ts';

const program = new Program();
const work = mkdtempSync(join(tmpdir(), 'twinward-rollout-'));
afterAll(async () => {
  await program.remove();
  rmSync(work, { recursive: true });
});

/** `docs/how-to/rollout.md` by its headings; what stands before the first is under ''. */
const sections = new Map(
  `## \n${readFileSync(join(ROOT, 'docs/how-to/rollout.md'), 'utf8')}`
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
let walked = 0;

/** Runs the commands of a section; each must end as its line says. Returns what they printed. */
async function walk(heading: string): Promise<readonly string[]> {
  const shell = [...sections.get(heading)!.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!).join('');
  const printed: string[] = [];
  for (const line of shell.trim().split('\n')) {
    const [commands = '', comment = ''] = line.split(/ +# /);
    for (const command of commands.split(' && ')) {
      const args = command.replace('npx twinward ', '').split(' ');
      const { code, stdout, stderr } = await program.run(args, { cwd: work });
      expect({ command, stderr, code }).toMatchObject({ command, code: Number(/^exit (\d)/.exec(comment)?.[1] ?? 0) });
      printed.push(stdout + stderr);
      walked += 1;
    }
  }
  return printed;
}

const status = async () => JSON.parse((await program.run(['rollout', '--json'], { cwd: work })).stdout);

beforeAll(async () => {
  await program.start();
  for (const part of ['policies', 'rules', 'graphql/bundles/testdata']) {
    cpSync(join(ROOT, part), join(work, part), { recursive: true });
  }
  const [, change] = /^```bash\n([\s\S]*?)^```$/m.exec(sections.get('')!)!;
  execFileSync('sh', ['-ec', change!], { cwd: work });
  const [, budget] = /^```yaml\n([\s\S]*?)^```$/m.exec(sections.get('See what each stage would bring')!)!;
  writeFileSync(join(work, 'budget.yaml'), budget!);
}, 120_000);

it('rolls a bundle out as the page says, across a restart, and takes it back within a second of breaking its budget', async () => {
  await walk('');
  const [forecast] = await walk('See what each stage would bring');
  expect(forecast).toMatch(/ 1 % .*\n.* 10 % .*\n.* 100 % /);
  const [begun] = await walk('Begin');
  expect(begun).toContain('2: bundle');

  await program.kill();
  await program.start();
  expect(await status()).toMatchObject({ rollout: 2, state: 'running', stages: [{ percent: 1 }] });
  await walk('Go on');
  expect(await status()).toMatchObject({
    state: 'running',
    stages: [{ ended: expect.any(String) }, { percent: 99.99 }],
  });

  const resident = await program.token('--as', 'resident');
  const look = async () => {
    const query = '{ home(id: "demo") { devices { features { properties { reading { outcome } } } } } }';
    return JSON.stringify((await program.ask(query, { token: resident })).body['data']);
  };
  const denies = (answer: string) => answer.includes('"outcome":"denied"');
  expect(denies(await look())).toBe(true);
  const broke = performance.now();
  // That one look was enough to break the budget.
  expect(denies(await until(look, (answer) => !denies(answer)))).toBe(false);
  expect(performance.now() - broke).toBeLessThan(1_000);
  expect((await fetch(`${program.server.http}/readyz`)).status).toBe(200);
  expect(program.output).toContain('a roll-out stopped');

  const [told, refused, , verified] = await walk('When it breaks its budget');
  expect(told).toMatch(/STOPPED by itself, all homes are back: newly_denied .*, at most 5 %/);
  expect(refused).toContain('begin anew');
  expect(verified).toContain('intact');
  await program.stop();
  await program.start();
  expect(denies(await look())).toBe(false);
  expect(await status()).toMatchObject({ state: 'stopped', because: 'policy:rollout.newly_denied' });
  // As many commands as the page has, so that none is passed over.
  expect(walked).toBe([...sections.values()].join('').match(/npx twinward /g)!.length);
}, 240_000);
