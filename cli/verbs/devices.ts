import { InvalidArgumentError } from 'commander';
import { CodedError } from '../../twin/CodedError.ts';
import { unlabelledProperties } from '../../twin/devices/index.ts';
import { formatTable, labelled, print, printJson } from '../output.ts';
import { connectServer, type ServerClient } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly home?: string;
  readonly first: number;
  readonly unlabelled?: true;
  readonly deadLetters?: true;
  readonly url?: string;
  readonly json?: true;
};
type Device = {
  readonly id: string;
  readonly name: string | null;
  readonly vendor: string;
  readonly model: string;
  readonly kind: string;
  readonly state: string;
};
type DeadLetter = {
  readonly at: string;
  readonly code: string;
  readonly homeId: string | null;
  readonly topic: string;
  readonly property: string | null;
  readonly detail: string;
};
type Count = { readonly code: string; readonly count: number };

/** The most dead letters that the server gives at once; of homes it gives fewer. */
const MOST = 2_000;
const DEVICES = 'id name vendor model kind state';

/** `twinward devices`: the devices of homes, what they sent that could not be taken in, and what has no label. */
export const verb: Verb = {
  examples: [
    'twinward devices --home demo             the devices of a home',
    'twinward devices --dead-letters          messages that could not be taken in, and why',
    'twinward devices --unlabelled            properties of the catalogue that have no label, and so are not shared',
  ],
  configure(command) {
    command
      .option('--home <id>', 'of this home alone')
      .option('--first <number>', 'how many homes or dead letters', howMany, 20)
      .option('--dead-letters', 'what could not be taken in')
      .option('--unlabelled', 'properties without a label: personal, general_4, not shared')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    if (options.unlabelled) return showUnlabelled(options);
    const server = await connectServer(options.url === undefined ? {} : { url: options.url });
    return options.deadLetters ? showDeadLetters(server, options) : showDevices(server, options);
  },
};

function showUnlabelled({ json }: Options): ExitCode {
  const unlabelled = unlabelledProperties();
  if (json) printJson(unlabelled);
  else {
    const columns = [{ title: 'property' }, { title: 'models', align: 'right' } as const];
    print(
      formatTable(
        columns,
        unlabelled.map(({ name, models }) => [name, String(models)]),
      ),
    );
    print(`\n${unlabelled.length} names; \`twin/devices/labelTable.ts\` is where a label goes`);
  }
  return 0;
}

async function showDeadLetters(server: ServerClient, { first, home, json }: Options): Promise<ExitCode> {
  const answer = await server.query(
    'query ($first: Int!) { deadLetters(first: $first) { at code homeId topic property detail } deadLetterCounts { code count } }',
    { first: home === undefined ? first : MOST },
  );
  const letters = (answer['deadLetters'] as readonly DeadLetter[])
    .filter(({ homeId }) => home === undefined || homeId === home)
    .slice(0, first);
  const counts = answer['deadLetterCounts'] as readonly Count[];
  if (json) printJson({ counts, letters });
  else if (counts.length === 0) print('no dead letters: everything that came was taken in');
  else {
    print(
      formatTable(
        [{ title: 'reason' }, { title: 'count', align: 'right' }],
        counts.map(({ code, count }) => [code, String(count)]),
      ),
    );
    print('');
    const rows = letters.map(({ at, code, homeId, topic }) => [at, code, homeId ?? '', topic]);
    const [titles = '', ...lines] = formatTable(
      ['when', 'reason', 'home', 'topic'].map((title) => ({ title })),
      rows,
    ).split('\n');
    // The detail goes below, where a narrow terminal does not cut it off.
    print([titles, ...lines.flatMap((line, index) => [line, ...detailLines(letters[index]!)])].join('\n'));
    const all = counts.reduce((sum, { count }) => sum + count, 0);
    if (home === undefined && letters.length < all)
      print(`\n${letters.length} of ${all}, newest first; \`--first\` shows more`);
  }
  return 0;
}

function detailLines({ property, detail }: DeadLetter): readonly string[] {
  return labelled('', [property, detail].filter(Boolean).join(': '), 4);
}

async function showDevices(server: ServerClient, { home, first, json }: Options): Promise<ExitCode> {
  const { homes, total } =
    home === undefined ? await someHomes(server, first) : { homes: [await oneHome(server, home)], total: 1 };
  if (json) {
    printJson(homes);
    return 0;
  }
  const rows = homes.flatMap(({ id, devices }) =>
    devices.map(({ name, id: device, vendor, model, kind, state }) => [
      id,
      name ?? device,
      kind,
      state,
      `${vendor} ${model}`,
    ]),
  );
  print(
    formatTable(
      [{ title: 'home' }, { title: 'device' }, { title: 'kind' }, { title: 'state' }, { title: 'model' }],
      rows,
    ),
  );
  if (homes.length < total) {
    print(
      `\n${homes.length} of ${total.toLocaleString('en-GB')} homes; \`--first\` shows more, \`--home\` one of them`,
    );
  }
  return 0;
}

type HomeDevices = { readonly id: string; readonly devices: readonly Device[] };

async function oneHome(server: ServerClient, id: string): Promise<HomeDevices> {
  const { home } = await server.query(`query ($id: ID!) { home(id: $id) { id devices { ${DEVICES} } } }`, { id });
  if (home) return home as HomeDevices;
  throw new CodedError('twin:home.not_found', `no home \`${id}\``, { hint: '`twinward devices` lists homes by id' });
}

async function someHomes(
  server: ServerClient,
  first: number,
): Promise<{ homes: readonly HomeDevices[]; total: number }> {
  const query = `query ($first: Int!) { homes(first: $first) { totalCount nodes { id devices { ${DEVICES} } } } }`;
  const { nodes, totalCount } = (await server.query(query, { first }))['homes'] as {
    readonly nodes: readonly HomeDevices[];
    readonly totalCount: number;
  };
  return { homes: nodes, total: totalCount };
}

function howMany(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST) return number;
  throw new InvalidArgumentError(`Allowed choices are whole numbers from 1 to ${MOST}.`);
}
