import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Argument } from 'commander';
import { type Imported, importHomeAssistant } from '../../engine/rules/homeAssistant/importHomeAssistant.ts';
import { importReport } from '../../engine/rules/homeAssistant/importReport.ts';
import { markdownReport } from '../../engine/rules/homeAssistant/markdownReport.ts';
import { yamlFiles } from '../../engine/rules/homeAssistant/readAutomations.ts';
import { readMapping, writtenMapping } from '../../engine/rules/homeAssistant/readMapping.ts';
import { ruleGrammar } from '../../engine/rules/loadRules.ts';
import { asAccount } from '../asAccount.ts';
import { importText } from '../importText.ts';
import { print, printJson } from '../output.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { connectServer } from '../serverClient.ts';
import { setHomeRules } from '../setHomeRules.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { writeAtomically } from '../writeAtomically.ts';
import { type FolderFiles, writeFolder } from '../writeFolder.ts';

type Options = {
  readonly out?: string;
  readonly mapping?: string;
  readonly home?: string;
  readonly as?: string;
  readonly url?: string;
  readonly report?: string;
  readonly partial?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

const SOURCES = ['home-assistant'] as const;
const MAPPING = 'home-assistant.entities.yaml';
const REPORT = 'home-assistant.report.md';

/** `twinward import`: rules from the automations of another system, and what of each was not taken. */
export const verb: Verb = {
  examples: [
    'twinward import home-assistant config/                            rules in home-assistant-rules/, with a report and a mapping to change',
    'twinward import home-assistant config/ --dry-run --report import.md   write the report alone',
    'twinward import home-assistant config/ --home demo --as resident      as the own rules of a home whose devices are there',
  ],
  configure(command) {
    command
      .addArgument(new Argument('<system>', 'where they come from').choices(SOURCES))
      .argument('<path>', 'a file or folder of YAML')
      .option('--out <folder>', 'where the rules go; replaced when it came from an import', 'home-assistant-rules')
      .option('--mapping <file>', `which entity is which device; ${MAPPING} in --out when it is there`)
      .option('--home <id>', 'set them as the own rules of a home rather than write files')
      .option('--as <account>', 'the account that sets them')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--report <file>', 'write the report too: .md or .json')
      .option('--partial', 'take what can be said of automations that cannot be converted whole')
      .option('--dry-run', 'write and set nothing but the report')
      .option('--json', 'print the report as JSON');
  },
  async run(command): Promise<ExitCode> {
    const [, path = ''] = command.args;
    const options = command.opts<Options & { readonly out: string }>();
    const known = join(options.out, MAPPING);
    const mapping = options.mapping ?? (existsSync(known) ? known : undefined);
    const imported = importHomeAssistant({
      files: yamlFiles(path),
      isPartial: options.partial === true,
      grammar: ruleGrammar(repositoryRoot),
      ...(mapping !== undefined && { mapping: readMapping(mapping) }),
    });
    const report = importReport(imported);
    if (options.home !== undefined) await setInHome(imported, options.home, options);
    else if (!options.dryRun) writeFolder(options.out, filesOf(imported), isOurs);
    if (options.report !== undefined) {
      const isJson = options.report.endsWith('.json');
      writeAtomically(options.report, isJson ? `${JSON.stringify(report, null, 2)}\n` : markdownReport(report));
    }
    if (options.json) printJson(report);
    else print(`${importText(report)}\n${whatNext(imported, options)}`);
    return imported.problems.length > 0 || imported.rules.length === 0 ? 1 : 0;
  },
};

async function setInHome({ rules }: Imported, home: string, { as, url, dryRun }: Options): Promise<void> {
  const server = await connectServer(url === undefined ? {} : { url });
  const account = { what: 'the rules of a home are set', example: 'resident', ...(as && { as }), ...(url && { url }) };
  await setHomeRules(await asAccount(server, account), { home, rules, dryRun: dryRun === true });
}

function filesOf(imported: Imported): FolderFiles {
  const rules = imported.rules.map((rule) => [`${rule.id}.json`, `${JSON.stringify(rule, null, 2)}\n`] as const);
  return new Map([
    ...rules,
    [MAPPING, writtenMapping(imported.entities)],
    [REPORT, markdownReport(importReport(imported))],
  ]);
}

/** What an import wrote may be replaced by the next one. */
function isOurs(name: string): boolean {
  return name === MAPPING || name === REPORT || /^ha_[a-z0-9_]+\.json$/.test(name);
}

function whatNext({ rules }: Imported, { out, home, dryRun }: Options): string {
  if (rules.length === 0) return 'nothing was written';
  const what = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  if (home !== undefined) return dryRun ? `home \`${home}\` would take ${what}` : `home \`${home}\` has ${what} more`;
  if (dryRun) return `${what} would be written to ${out}`;
  return `${what} in ${out}, with a report, and a mapping of entities to change; next: --home, or some of them into rules/`;
}
