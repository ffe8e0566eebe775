import { Option } from 'commander';
import { CodedError } from '../../twin/CodedError.ts';
import { type Explained, explanationText, LANGUAGES, type Language } from '../explanationText.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { connectServer } from '../serverClient.ts';
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

/** `twinward explain`: why something was decided, read as the auditor of the server. */
export const verb: Verb = {
  examples: [
    'twinward explain 4f1c-1                  why: rules with file and line, clauses, facts, what would better it',
    'twinward explain 4f1c-1 --at 2027-07-01  and what would be decided then by the policies that are active now',
    'twinward explain 4f1c-1 --lang zh        in Chinese',
    'twinward explain 4f1c-1 --json           the same for other programs',
  ],
  configure(command) {
    command
      .argument('<decisionId>', 'the `decisionId` of an answer')
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

/** An instant as the server takes it. */
function toSeconds(instant: number): string {
  return new Date(instant).toISOString().replace('.000', '');
}
