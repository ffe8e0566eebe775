import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createHttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/how-to/sharing.md'), 'utf8');

/** One line of the page's shell: a text that is kept, or a question, whose id may be kept and whose outcome is told. */
type Line = {
  readonly keep: string | undefined;
  readonly account: string | undefined;
  readonly quoted: string;
  readonly told: string | undefined;
};

/** What the page has its reader type, after the words that it defines first. */
function* linesOf(text: string): Generator<Line> {
  const shell = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].slice(1).map(([, block]) => block!);
  const statement =
    /^(?:(\w+)=)?(?:\$\()?(?:ask (\w+) +)?('[^']*'|"(?:\\"|[^"])*")(?: \| id\))?(?: +# (refused|denied|aggregate|raw|nothing))?/gm;
  for (const block of shell) {
    for (const [, keep, account, quoted, told] of block.matchAll(statement)) {
      yield { keep, account, quoted: quoted!, told };
    }
  }
}

it('leads through every walk as it says', async () => {
  const world = new TestWorld(await repositoryPolicies());
  const device = { home: 'demo', room: null, vendor: 'Aqara', trust: 'normal' } as const;
  const climate = { ...device, id: 'demo:1', address: '1', name: 'hall/climate', model: 'WSDCGQ11LM' };
  const motion = { ...device, id: 'demo:2', address: '2', name: 'hall/motion', model: 'RTCGQ11LM' };
  world.apply([climate, motion].map((each) => ({ kind: 'device_registered', device: each }) as const));
  world.report('demo', 'demo:1', { temperature: 21 });
  world.report('demo', 'demo:2', { occupancy: true });
  const server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  const ask = clientOf(server);
  const kept = new Map([['until', new Date(NOW + 86_400_000).toISOString()]]);
  const unquoted = (quoted: string): string => {
    const text = quoted.slice(1, -1);
    if (quoted.startsWith("'")) return text;
    return text.replaceAll('\\"', '"').replaceAll(/\$(\w+)/g, (_, name: string) => kept.get(name)!);
  };
  const seen: string[] = [];
  for (const { keep, account, quoted, told } of linesOf(page)) {
    const query = unquoted(quoted);
    if (account === undefined) {
      if (keep !== undefined) kept.set(keep, query);
      continue;
    }
    const { data, errors, text } = await ask(account, query);
    if (told === 'refused') {
      expect(errors[0]?.extensions['code'], query).toBe('access:denied');
    } else {
      expect(errors, query).toEqual([]);
    }
    if (keep !== undefined) kept.set(keep, (data as unknown as { done: { id: string } }).done.id);
    const outcome = told === 'nothing' ? '"readings":[]' : `"outcome":"${told}"`;
    if (told !== undefined && told !== 'refused') expect(text, query).toContain(outcome);
    seen.push(`${account}${told === undefined ? '' : ` ${told}`}`);
  }
  await server.close();
  // As many questions as the page has, so that none is passed over.
  expect(seen.length).toBe(page.match(/\bask \w+ /g)!.length);
  expect(seen.filter((each) => / /.test(each)).length).toBe(8);
});
