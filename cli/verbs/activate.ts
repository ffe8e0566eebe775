import { brotliCompressSync } from 'node:zlib';
import type { Activation } from '../../engine/activate.ts';
import type { Difference } from '../../engine/bundle/compareBundles.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { print, printJson } from '../output.ts';
import { readBundleBytes } from '../readBundle.ts';
import { connectServer } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly rollback?: string;
  readonly cancel?: string;
  readonly url?: string;
  readonly json?: true;
};

const RECORD = 'number at kind bundle name revision previous due schedule signers { key holder }';
const ACTIVATION = `record { ${RECORD} } signers { key holder } changes migrates proof`;

/** `twinward activate`: makes a signed bundle the active one, or goes back to one that was. */
export const verb: Verb = {
  examples: [
    'twinward activate twinward.twb --dry-run what would change, and what of the twin goes on otherwise',
    'twinward activate twinward.twb           from the next decision on',
    'twinward activate twinward.twb --at 2027-01-01T00:00:00Z   then, also after restarts',
    'twinward activate --cancel 4             take back what is scheduled under this number',
    'twinward activate --rollback 2           go back to what became active under this number',
  ],
  configure(command) {
    command
      .argument('[bundle]', 'the file that `twinward sign` made')
      .option('--at <instant>', 'when it is to become active, ISO 8601')
      .option('--dry-run', 'only say what would change')
      .option('--rollback <number>', 'a bundle that was active here, by number or id')
      .option('--cancel <number>', 'a schedule')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    const [file] = command.args;
    const [document, variables] = requestOf(file, options);
    const server = await connectServer(options.url === undefined ? {} : { url: options.url });
    const { done } = await server.query(document, variables);
    if (options.json) printJson(done);
    else if (options.cancel !== undefined)
      print(`what was scheduled under number ${options.cancel} will not become active`);
    else print(toText(done as Activation));
    return 0;
  },
};

function requestOf(
  file: string | undefined,
  { at = null, dryRun = false, rollback, cancel }: Omit<Options, 'at'> & { readonly at?: string | null },
): readonly [string, Readonly<Record<string, unknown>>] {
  if ([file, rollback, cancel].filter((each) => each !== undefined).length !== 1) {
    throw usage('one thing is activated, rolled back to or cancelled at a time');
  }
  if (cancel !== undefined) {
    if (!/^\d{1,9}$/.test(cancel)) throw usage(`\`${cancel}\` is no number of a schedule`);
    return [
      `mutation ($number: Int!) { done: cancelActivation(number: $number) { ${RECORD} } }`,
      { number: Number(cancel) },
    ];
  }
  if (rollback !== undefined) {
    const document = `mutation ($to: String!, $dryRun: Boolean!) { done: rollBackBundle(to: $to, dryRun: $dryRun) { ${ACTIVATION} } }`;
    return [document, { to: rollback, dryRun }];
  }
  const bundle = brotliCompressSync(readBundleBytes(file!)).toString('base64');
  const document = `mutation ($bundle: String!, $at: String, $dryRun: Boolean!) {
    done: activateBundle(bundle: $bundle, at: $at, dryRun: $dryRun) { ${ACTIVATION} }
  }`;
  return [document, { bundle, at, dryRun }];
}

function toText({ record, signers, changes, migrates, proof }: Activation): string {
  const { from, to } = changes.inputSchema;
  const lines = [
    headline(record),
    `  signed by ${signers.map(({ holder }) => holder).join(' and ') || 'nobody: it came with the program'}`,
    ...(proof ? [`  tried: ${proof.policyCases} cases of policies, ${proof.ruleCases} of rules`] : []),
    ...differenceLines('policy', changes.policies),
    ...differenceLines('rule', changes.rules),
    ...differenceLines('lifecycle', changes.lifecycles),
    ...(from === to ? [] : [`  input version ${from} becomes ${to}`]),
    ...(migrates?.rules ?? []).map(
      ({ rule, devices }) => `  ! what \`${rule}\` counted of ${devices} devices begins anew where it counts otherwise`,
    ),
    ...(migrates?.lifecycles ?? []).map(
      ({ lifecycle, things }) => `  ! ${things} things live by the lifecycle \`${lifecycle}\``,
    ),
  ];
  return lines.join('\n');
}

function headline(record: Activation['record']): string {
  if (!record) return 'would change, and nothing has changed yet:';
  const { number, kind, bundle, due } = record;
  const what = kind === 'scheduled' ? `will be active from ${due}` : 'is active';
  return `${number}: bundle ${bundle.slice(0, 12)} ${what}`;
}

function differenceLines(what: string, { added, changed, removed }: Difference): readonly string[] {
  return [
    ...added.map((name) => `  + ${what} ${name}`),
    ...changed.map((name) => `  ~ ${what} ${name}`),
    ...removed.map((name) => `  - ${what} ${name}`),
  ];
}

function usage(message: string): CodedError {
  return new CodedError('command:usage', message, { hint: 'see `twinward activate --help`' });
}
