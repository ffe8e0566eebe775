import type { Obligation } from '../../engine/obligations/Obligation.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { instantOf } from '../instantOf.ts';
import { obligationText } from '../obligationText.ts';
import { labelled, print, printJson } from '../output.ts';
import { connectServer } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Clause = { readonly id: string; readonly zh: string; readonly en: string };
type Ground = {
  readonly obligations: readonly Obligation[];
  readonly reasons: readonly {
    readonly code: string;
    readonly policy: string;
    readonly rule: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
    readonly clauses: readonly Clause[];
  }[];
};
type Dated = Ground & { readonly from: string; readonly outcome: string };
type Explained = {
  readonly reader: string;
  readonly reproduced: boolean;
  readonly request: {
    readonly subject: { readonly account: string | null; readonly tier: string };
    readonly action: string;
    readonly purpose: string;
    readonly resources: readonly Readonly<Record<string, string>>[];
    readonly resourceCount?: number;
  };
  readonly decision: {
    readonly id: string;
    readonly outcome: string;
    readonly at: string;
    readonly bundle: string;
    readonly announced: readonly Dated[];
  } & Ground;
  readonly at?: Dated;
  readonly facts: readonly { readonly path: string | null; readonly value: unknown; readonly origin: string }[];
  readonly nextBetter: { readonly outcome: string; readonly changes: readonly { readonly condition: string }[] } | null;
};

const QUERY = `query ($id: ID!, $at: String!, $dated: Boolean!) { explain(decisionId: $id) {
  reader reproduced request
  decision {
    id outcome at bundle obligations reasons { ...because }
    announced { from outcome obligations reasons { ...because } }
  }
  at(date: $at) @include(if: $dated) { from outcome obligations reasons { ...because } }
  facts { path value origin }
  nextBetter { outcome changes { condition } }
} }
fragment because on Reason { code policy rule file line message clauses { id zh en } }`;

/** `twinward explain`: why something was decided, read as the auditor of the server. */
export const verb: Verb = {
  examples: [
    'twinward explain 4f1c-1                  why: rules with file and line, clauses, facts, what would better it',
    'twinward explain 4f1c-1 --at 2027-07-01  and what would be decided then by the policies that are active now',
    'twinward explain 4f1c-1 --json           the same for other programs',
  ],
  configure(command) {
    command
      .argument('<decisionId>', 'the `decisionId` of an answer')
      .option('--at <date>', 'also what the active policies decide about the same facts at that date')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { url, json, at } = command.opts<{ url?: string; json?: true; at?: string }>();
    const date = at === undefined ? '' : toSeconds(instantOf(at));
    const [id = ''] = command.args;
    const server = await connectServer(url === undefined ? {} : { url });
    const explained = (await server.query(QUERY, { id, at: date, dated: at !== undefined }))[
      'explain'
    ] as Explained | null;
    if (!explained) {
      throw new CodedError('command:decision.not_found', `no decision \`${id}\` is recorded here`, {
        hint: 'copy the `decisionId` of a reading as it stands in the answer',
      });
    }
    if (json) printJson(explained);
    else print(toText(explained));
    return 0;
  },
};

/** An instant as the server takes it. */
function toSeconds(instant: number): string {
  return new Date(instant).toISOString().replace('.000', '');
}

function toText({ decision, request, facts, nextBetter, reproduced, at }: Explained): string {
  const { subject, action, purpose, resources, resourceCount = resources.length } = request;
  const [first = {}] = resources;
  const what = [first['home'], first['device'], first['property'] ?? first['id']].filter(Boolean).join(' / ');
  const more = resourceCount > 1 ? ` and ${resourceCount - 1} more like it` : '';
  return [
    `${decision.outcome.toUpperCase()}: ${subject.account ?? 'nobody'} (${subject.tier}) to ${action} ${what}${more} for ${purpose}`,
    `at ${decision.at} under bundle ${decision.bundle.slice(0, 12)}, ${reproduced ? 'evaluates again to the same answer' : 'WHICH EVALUATES DIFFERENTLY NOW'}`,
    '',
    'Because',
    ...ground(decision),
    ...decision.announced.flatMap((later) => [
      '',
      `From ${later.from} on, by what is announced: ${later.outcome.toUpperCase()}, because`,
      ...ground(later),
    ]),
    ...(at
      ? ['', `At ${at.from}, by the policies that are active now: ${at.outcome.toUpperCase()}, because`, ...ground(at)]
      : []),
    '',
    nextBetter
      ? `For ${nextBetter.outcome} one of these would have been enough`
      : 'No single change would have bettered it',
    ...(nextBetter?.changes ?? []).flatMap(({ condition }) => indent(condition, 2)),
    '',
    'What was known, and from where',
    ...facts.flatMap(({ path, value, origin }) => [
      ...labelled(`  ${path ?? 'a condition of the home'}`, JSON.stringify(value).replaceAll(',"', ', "'), 28),
      ...indent(origin, 28),
    ]),
  ].join('\n');
}

/** Why something is decided, and on which condition. */
function ground({ reasons, obligations }: Ground): readonly string[] {
  return [
    ...reasons.flatMap(({ code, policy, rule, file, line, message, clauses }) => [
      ...indent(`${code === 'waived' ? 'waived: ' : ''}${policy}/${rule}: ${message}`, 2),
      `    ${file}:${line}`,
      ...clauses.flatMap(({ id, zh, en }) => indent(`${id} ${zh}. ${en}`, 4)),
    ]),
    ...(obligations.length > 0 ? ['', ...labelled('On condition of', obligationText(obligations), 17)] : []),
  ];
}

function indent(text: string, by: number): readonly string[] {
  return labelled('', text, by);
}
