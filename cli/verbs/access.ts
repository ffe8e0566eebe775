import { loadClauses } from '../../engine/clauses/ClauseRegister.ts';
import type { ToldAccess } from '../../graphql/resolvers/accessAtInstant.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { accessText } from '../accessText.ts';
import { dataFolder } from '../dataFolder.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { connectServer, findServer } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly at: string;
  readonly url?: string;
  readonly json?: true;
};

const QUERY = `query ($home: ID!, $device: ID!, $property: String!, $at: String!) {
  access: accessAt(home: $home, device: $device, property: $property, at: $at)
}`;

/** `twinward access`: who could have seen a reading on a day, and why, by what was known and decided then. */
export const verb: Verb = {
  examples: [
    'twinward access --home demo --device demo:0x01 --property power --at 2026-11-03    who could see it at the start of that day',
    'twinward access --home demo --device demo:0x01 --property power --at 2026-11-03T09:00:00Z --json',
  ],
  configure(command) {
    command
      .requiredOption('--home <home>', 'the id of a home')
      .requiredOption('--device <device>', 'the id of a device in it')
      .requiredOption('--property <property>', 'what the device reports')
      .requiredOption('--at <instant>', 'a day, or an instant with its zone')
      .option('--url <url>', 'the server; that on the data folder unless given, or the folder itself where none runs')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { url, json, ...options } = command.opts<Options>();
    const instant = instantOf(options.at);
    const question = { home: options.home, device: options.device, property: options.property };
    const server = url === undefined ? await findServer() : await connectServer({ url });
    const access = server
      ? ((await server.query(QUERY, { ...question, at: toSeconds(instant) }))['access'] as ToldAccess | null)
      : await ofFolder(question, instant);
    if (access === null) {
      throw new CodedError('twin:home.not_found', `no home \`${options.home}\`, or it is not yours to ask about`, {
        hint: 'an id as `twinward devices` prints it, and the data folder in TWINWARD_DATA',
      });
    }
    if (json) printJson(access);
    else print(accessText(access, { ...question, register: loadClauses(repositoryRoot) }));
    return 0;
  },
};

async function ofFolder(question: Pick<Options, 'home' | 'device' | 'property'>, at: number): Promise<ToldAccess> {
  const [{ withClosedFolder }, { told }] = await Promise.all([
    import('../../graphql/bundles/withClosedFolder.ts'),
    import('../../graphql/resolvers/accessAtInstant.ts'),
  ]);
  return withClosedFolder({ root: repositoryRoot, folder: dataFolder() }, async ({ past }) =>
    told({ ...question, at }, await past(question.home, at)),
  );
}

/** The server takes whole seconds: a fraction is cut off, so that nothing later is told. */
function toSeconds(instant: number): string {
  return new Date(Math.floor(instant / 1000) * 1000).toISOString().replace('.000', '');
}
