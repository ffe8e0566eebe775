import type { BundleHistory } from '../../graphql/ServerPorts.ts';
import { withBundles } from '../bundlesOf.ts';
import { formatTable, print, printJson } from '../output.ts';
import type { ExitCode, Verb } from '../Verb.ts';

/** `twinward bundles`: which bundles decided here, which does, which will, and what was refused. */
export const verb: Verb = {
  examples: [
    'twinward bundles                         which bundles decided here, and which does',
    'twinward bundles --json                  with keys, digests and reasons, for other programs',
  ],
  configure(command) {
    command.option('--url <url>', 'the server; that on the data folder unless given').option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { url, json } = command.opts<{ url?: string; json?: true }>();
    const history = await withBundles(url, (bundles) => bundles.history());
    if (json) printJson(history);
    else print(toText(history));
    return history.problems.length > 0 ? 1 : 0;
  },
};

function toText({ active, problems, records, refused }: BundleHistory): string {
  const columns = [
    { title: 'number', align: 'right' } as const,
    ...['', 'at', 'what', 'bundle', 'signed by', ''].map((title) => ({ title })),
  ];
  const rows = records.map(({ number, at, kind, bundle, name, signers, due, schedule, because, rollout }) => [
    String(number),
    number === active ? '*' : '',
    at,
    kind,
    `${bundle.slice(0, 12)} ${name}`,
    signers.map(({ holder }) => holder).join(', '),
    [
      due && `due ${due}`,
      schedule !== null && `of ${schedule}`,
      rollout && `${rollout.plan.stages[rollout.stage - 1]} % of ${rollout.rollout}`,
      because,
    ]
      .filter(Boolean)
      .join(', '),
  ]);
  return [
    formatTable(columns, rows),
    ...(problems.length > 0 ? ['', 'NOTHING IS ANSWERED:', ...problems.map((each) => `  ${each}`)] : []),
    ...(refused.length > 0
      ? ['', 'refused:', ...refused.map(({ at, file, code }) => `  ${at}  ${file.slice(0, 12)}  ${code}`)]
      : []),
  ].join('\n');
}
