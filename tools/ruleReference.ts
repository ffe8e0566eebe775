/**
 * Writes what conditions of rules may ask: their part of `rules/rule.schema.json`, and the reference
 * `docs/reference/rule-facts.md`. Both are made of the facts as `engine/rules/facts` has them, and of the example rules
 * beside the reference.
 *
 *     node tools/ruleReference.ts            # write
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULE_PROBLEMS } from '../engine/rules/checks/codes.ts';
import { RULE_FACTS } from '../engine/rules/facts/index.ts';
import type { RuleFact } from '../engine/rules/facts/RuleFact.ts';

const root = join(import.meta.dirname, '..');
const page = 'docs/reference/rule-facts.md';
const problemsPage = 'docs/reference/rule-problems.md';
const schema = 'rules/rule.schema.json';
export const EXAMPLES = 'docs/reference/rule-facts';

const facts = Object.entries(RULE_FACTS).sort(([a], [b]) => (a < b ? -1 : 1));

/** The schema of rules with what facts say of themselves. */
export function ruleSchema(): string {
  const { definitions, ...rest } = JSON.parse(readFileSync(join(root, schema), 'utf8')) as {
    readonly definitions: Readonly<Record<string, unknown>>;
  };
  const made = {
    fact_name: { enum: facts.map(([name]) => name) },
    fact_params: { allOf: facts.map(([name, fact]) => forFact(name, paramsOf(fact))) },
    fact_compared: { allOf: facts.flatMap(([name, { value }]) => (value ? [forFact(name, comparedWith(value))] : [])) },
  };
  return `${JSON.stringify({ ...rest, definitions: { ...definitions, ...made } }, null, 2)}\n`;
}

function forFact(name: string, then: object): object {
  return { if: { properties: { fact: { const: name } }, required: ['fact'] }, then };
}

function paramsOf({ params, required }: RuleFact): object {
  const shape = { additionalProperties: false, required, properties: params };
  return { ...(required.length > 0 && { required: ['params'] }), properties: { params: shape } };
}

/** A value of its own kind, a list of some, nothing at all, or another fact. */
function comparedWith(value: object): object {
  return { properties: { value: { if: { type: ['object', 'array', 'null'] }, else: value } } };
}

/** The reference as a page. */
export function ruleFactsPage(): string {
  return `# Facts that rules may ask

Written by \`node tools/ruleReference.ts\` from the facts themselves; a test proves it fresh.

A condition names a fact, its \`params\`, an \`operator\` and a \`value\`: \`{ "fact": "held_for", "params": { … },
"operator": "greaterThanInclusive", "value": 10 }\`. Every fact is about the device that woke the rule and its home; what is not
known is null, which is neither less nor greater than a number. Each example is a rule as it stands in a file; its cases are
beside it in \`${EXAMPLES}\`, and run with the tests. How rules are written is told in [rules](../how-to/rules.md).

${facts.map(([name]) => `[\`${name}\`](#${name})`).join(' · ')}

${facts.map(([name, fact]) => section(name, fact)).join('\n\n')}
`;
}

function section(name: string, { doc, unit, reads, params, required, words }: RuleFact): string {
  const rows = Object.entries(params).map(([param, { description, enum: values }]) => {
    const allowed = values ? ` (${values.map((value) => `\`${value}\``).join(', ')})` : '';
    return `- \`${param}\`${required.includes(param) ? '' : ', may be left out'}: ${lowerFirst(description)}${allowed}`;
  });
  const example = `${EXAMPLES}/asks_${name}.json`;
  return [
    `## ${name}\n\n${doc}`,
    ...(unit ? [`Measured in ${unit}.`] : []),
    ...(words ? [`It says ${words.map((word) => `\`${word}\``).join(', ')}.`] : []),
    ...(rows.length > 0 ? [rows.join('\n')] : []),
    `Read from: ${reads.map((each) => SOURCES[each]).join(', ')}.`,
    ...(existsSync(join(root, example))
      ? [`\`\`\`json\n${readFileSync(join(root, example), 'utf8').trimEnd()}\n\`\`\``]
      : []),
  ].join('\n\n');
}

const SOURCES = {
  message: 'the message that woke the rule',
  twin: 'the twin as it is now',
  memory: 'what rules remember, which a restart keeps',
  clock: "the home's clock and calendar",
} as const;

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Everything that checking finds wrong with rules together, as a page. */
export function ruleProblemsPage(): string {
  const rows = Object.entries(RULE_PROBLEMS).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return `# Problems of rules together

Written by \`node tools/ruleReference.ts\`; a test proves it fresh.

What \`npx twinward check\` finds beyond what is wrong with a rule by itself, each with its place, the other place where two
rules are concerned, and a hint ([how it is proven](../decisions/0019-checks-of-rules.md)).

| code | means |
| --- | --- |
${rows.join('\n')}
`;
}

if (import.meta.main) {
  writeFileSync(join(root, problemsPage), ruleProblemsPage());
  writeFileSync(join(root, schema), ruleSchema());
  writeFileSync(join(root, page), ruleFactsPage());
  console.log(`${schema} and ${page} tell of ${facts.length} facts`);
}
