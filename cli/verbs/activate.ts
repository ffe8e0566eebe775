import type { Activation } from '../../engine/activate.ts';
import type { Difference } from '../../engine/bundle/compareBundles.ts';
import type { BundleAdministration } from '../../graphql/ServerPorts.ts';
import type { ActivationRecord } from '../../trust/activations/ActivationRecord.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { withBundles } from '../bundlesOf.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { readBundleBytes } from '../readBundle.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly rollback?: string;
  readonly cancel?: string;
  readonly url?: string;
  readonly json?: true;
};

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
      .option('--at <instant>', 'when it is to become active, a day or instant')
      .option('--dry-run', 'only say what would change')
      .option('--rollback <number>', 'a bundle that was active here, by number or id')
      .option('--cancel <number>', 'a schedule')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    const done = await withBundles(options.url, requestOf(command.args[0], options));
    if (options.json) printJson(done);
    else
      print(
        'record' in done ? toText(done) : `what was scheduled under number ${done.schedule} will not become active`,
      );
    return 0;
  },
};

type Request = (bundles: BundleAdministration) => Promise<Activation | ActivationRecord>;

function requestOf(file: string | undefined, { at, dryRun = false, rollback, cancel }: Options): Request {
  if ([file, rollback, cancel].filter((each) => each !== undefined).length !== 1) {
    throw usage('one thing is activated, rolled back to or cancelled at a time');
  }
  // What would be left unheeded would let something happen now that was to happen later, or not at all.
  if (at !== undefined && file === undefined) throw usage('only a bundle is activated `--at` an instant');
  if (dryRun && cancel !== undefined) throw usage('a schedule is taken back without a dry run');
  if (rollback !== undefined) return (bundles) => bundles.rollBack(rollback, { dryRun });
  if (cancel === undefined) {
    const bytes = readBundleBytes(file!);
    return (bundles) => bundles.activate(bytes, { due: at === undefined ? null : instantOf(at), dryRun });
  }
  if (!/^\d{1,9}$/.test(cancel)) throw usage(`\`${cancel}\` is no number of a schedule`);
  return (bundles) => bundles.cancel(Number(cancel));
}

function toText({ record, signers, changes, migrates, proof }: Activation): string {
  const { from, to } = changes.inputSchema;
  const lines = [
    headline(record),
    `  signed by ${signers.map(({ holder }) => holder).join(' and ') || 'nobody: it came with the program'}`,
    ...(proof
      ? [
          `  tried: ${proof.policyCases} cases of policies, ${proof.ruleCases} of rules, ${proof.inputs} inputs on both evaluators`,
        ]
      : []),
    ...differenceLines('policy', changes.policies),
    ...differenceLines('rule', changes.rules),
    ...differenceLines('lifecycle', changes.lifecycles),
    ...(from === to ? [] : [`  input version ${from} becomes ${to}`]),
    ...(migrates?.rules ?? []).map(
      ({ rule, devices }) => `  ! what \`${rule}\` counted of ${devices} devices begins anew where it counts otherwise`,
    ),
    ...(migrates?.lifecycles ?? []).flatMap(({ lifecycle, things, stranded }) => [
      `  ! ${things} things live by the lifecycle \`${lifecycle}\``,
      ...stranded.map((each) => `  ! ${each.things.length} of them are \`${each.state}\`, which it does not have`),
    ]),
  ];
  return lines.join('\n');
}

function headline(record: Activation['record']): string {
  if (!record) return 'may be activated, and nothing has changed yet:';
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
