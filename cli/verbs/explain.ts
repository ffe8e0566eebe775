import { Option } from 'commander';
import { CodedError } from '../../twin/CodedError.ts';
import { type Explained, explanationText, LANGUAGES, type Language } from '../explanationText.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { RUN_FIELDS, runText, type ToldRun } from '../runText.ts';
import { connectServer, type ServerClient } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

const QUERY = `query ($id: ID!, $at: String!, $dated: Boolean!) { explain(decisionId: $id) {
  reader reproduced request
  decision {
    id outcome at bundle obligations reasons { ...because } errors { ...wrong }
    announced { from outcome obligations reasons { ...because } errors { ...wrong } }
  }
  at(date: $at) @include(if: $dated) { from outcome obligations reasons { ...because } errors { ...wrong } }
  facts { path value origin }
  nextBetter { outcome changes { condition } }
  waivers { rules owner reason ends }
} }
fragment because on Reason {
  code policy rule file line message clauses { id zh en } missingFact { path lastAt ageSeconds remedy }
}
fragment wrong on DecisionError { code message zh en }`;

/** How the ids of runs begin. */
const RUN = /^run-/;

/** `twinward explain`: why something was decided, or why a rule did something, read as the auditor of the server. */
export const verb: Verb = {
  examples: [
    'twinward explain 4f1c-1                  why: rules with file and line, clauses, facts, what would better it',
    'twinward explain 4f1c-1 --at 2027-07-01  and what would be decided then by the policies that are active now',
    'twinward explain 4f1c-1 --lang zh        in Chinese',
    'twinward explain run-1f0c                a run of a rule: event, conditions with their values, effects, decisions',
    'twinward explain 4f1c-1 --json           the same for other programs',
  ],
  configure(command) {
    command
      .argument('<id>', 'the `decisionId` of an answer, or the id of a run')
      .option('--at <date>', 'also what the active policies decide about the same facts at that date')
      .addOption(new Option('--lang <language>', 'print in one language alone').choices(LANGUAGES))
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { url, json, at, lang } = command.opts<{ url?: string; json?: true; at?: string; lang?: Language }>();
    const date = at === undefined ? '' : toSeconds(instantOf(at));
    const [id = ''] = command.args;
    const server = await connectServer(url === undefined ? {} : { url });
    if (RUN.test(id)) return explainRun(server, id, json === true);
    const explained = (await server.query(QUERY, { id, at: date, dated: at !== undefined }))[
      'explain'
    ] as Explained | null;
    if (!explained) {
      throw new CodedError('command:decision.not_found', `no decision \`${id}\` is recorded here`, {
        hint: 'copy the `decisionId` of a reading as it stands in the answer',
      });
    }
    if (json) printJson(explained);
    else print(explanationText(explained, lang ?? null));
    return 0;
  },
};

async function explainRun(server: ServerClient, id: string, json: boolean): Promise<ExitCode> {
  const query = `query ($id: ID!) { ruleRun(id: $id) { ${RUN_FIELDS} } }`;
  const run = (await server.query(query, { id }))['ruleRun'] as ToldRun | null;
  if (!run) {
    throw new CodedError('command:run.not_found', `no run \`${id}\` is kept here`, {
      hint: 'find one with `twinward runs --home <home>`; runs are kept for 90 days',
    });
  }
  if (json) printJson(run);
  else print(runText(run));
  return 0;
}

/** An instant as the server takes it. */
function toSeconds(instant: number): string {
  return new Date(instant).toISOString().replace('.000', '');
}
