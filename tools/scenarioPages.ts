/**
 * Plays every scenario of the repository and writes what it asks and found into its page, `docs/scenarios/<name>.md`, between
 * the marks; what stands around them is written by people. It writes the list of pages, too.
 *
 *     node tools/scenarioPages.ts              # all
 *     node tools/scenarioPages.ts heat_wave_elderly_care
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseScenario } from '../cli/simulate/chooseScenario.ts';
import { listScenarios } from '../cli/simulate/listScenarios.ts';
import { openScenario, type Played, playScenario } from '../cli/simulate/playScenario.ts';
import { loadClauses } from '../engine/clauses/ClauseRegister.ts';
import { askedPart, foundPart } from './scenarioPage.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/scenarios');
const PARTS = ['asked', 'found'] as const;
type Part = (typeof PARTS)[number];

/** Plays a scenario of the repository against its own policies, whatever a data folder has. */
async function play(name: string): Promise<Played> {
  return playScenario(await openScenario(await chooseScenario({ scenario: name, baseline: 'built_in' })));
}

/** The text of a scenario's page as it should be, made of the one that is there. */
export async function scenarioPage(name: string): Promise<string> {
  const played = await play(name);
  const register = loadClauses(root);
  const texts: Readonly<Record<Part, string>> = {
    asked: askedPart(played.scenario),
    found: foundPart(played, register),
  };
  return PARTS.reduce((page, part) => withPart(page, part, texts[part]), readPage(name, played.scenario.title));
}

/** Where a page lies. */
export function pageFile(name: string): string {
  return join(folder, `${name}.md`);
}

/** The list of the scenarios. */
export function scenarioIndex(): string {
  const rows = listScenarios().map(
    ({ name, title, question }) => `| [${title}](${name}.md) | ${question.replaceAll(/\s+/g, ' ')} |`,
  );
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  return withPart(page, 'found', ['| scenario | asks |', '| --- | --- |', ...rows].join('\n'));
}

function readPage(name: string, title: string): string {
  if (existsSync(pageFile(name))) return readFileSync(pageFile(name), 'utf8');
  return `# ${title}\n\n<!-- asked -->\n<!-- /asked -->\n\n## Who asks\n\n## What the draft changes\n\n## What was found\n\n<!-- found -->\n<!-- /found -->\n\n## What to conclude\n`;
}

function withPart(page: string, part: Part, text: string): string {
  const [start, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, until] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || until === -1) throw new Error(`a page lacks the marks \`${start}\` and \`${end}\``);
  return `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(until)}`;
}

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  const names = listScenarios().map(({ name }) => name);
  for (const name of names.filter((each) => wanted.length === 0 || wanted.includes(each))) {
    writeFileSync(pageFile(name), await scenarioPage(name));
    console.log(name);
  }
  writeFileSync(join(folder, 'README.md'), scenarioIndex());
}
