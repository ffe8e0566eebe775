/**
 * Writes the page of lifecycles, `docs/reference/lifecycles.md`: a diagram and a table of moves for each, made from the
 * machines that the product runs.
 *
 *     node tools/lifecyclePages.ts            # write
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIFECYCLES_IN_TIME } from '../engine/forecast/inTime.ts';
import { lifecycles } from '../twin/lifecycles/index.ts';
import type { Lifecycle } from '../twin/lifecycles/step.ts';
import { initialStateOf, type Transition, transitionsOf } from '../twin/lifecycles/transitionsOf.ts';

/** The file that the page is written to, in the repository. */
export const LIFECYCLE_PAGE = 'docs/reference/lifecycles.md';

type Move = Transition<string, string>;

/** The page. */
export function lifecyclePage(): string {
  const names = Object.keys(lifecycles).sort();
  return [
    '<!-- Written by `node tools/lifecyclePages.ts` from the machines in `twin/lifecycles`. -->',
    '# Lifecycles',
    '',
    'What lives in the twin goes through these states. What the table of a state does not list is refused: people are told',
    'what the state allows, and what a network says twice changes nothing. A move is a pure function of state and event; what',
    'it brings with it is carried out with it, in one batch.',
    '',
    names.map((name) => `[${titleOf(name)}](#${titleOf(name).replaceAll(' ', '-')})`).join(' · '),
    '',
    ...names.flatMap((name) => sectionOf(name, lifecycles[name]!)),
  ].join('\n');
}

function sectionOf(name: string, lifecycle: Lifecycle<string, string>): readonly string[] {
  const moves = transitionsOf(lifecycle);
  const { description, meta } = lifecycle.machine.config as {
    readonly description?: string;
    readonly meta?: { readonly clauses?: readonly string[] };
  };
  const { dates } = LIFECYCLES_IN_TIME[name] ?? { dates: null };
  return [
    `## ${titleOf(name)}`,
    '',
    `${description}.${dates === null ? '' : ` By time alone: ${dates}.`}${meta?.clauses ? ` Clauses: ${meta.clauses.join(', ')}.` : ''}`,
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...diagramOf(lifecycle, moves).map((line) => `  ${line}`),
    '```',
    '',
    ...tableOf(moves),
    '',
  ];
}

function diagramOf(lifecycle: Lifecycle<string, string>, moves: readonly Move[]): readonly string[] {
  const arrows = Map.groupBy(moves, ({ from, to }) => `${from} --> ${to}`);
  const isFinal = (state: string) => !moves.some(({ from }) => from === state);
  return [
    `[*] --> ${initialStateOf(lifecycle)}`,
    ...[...arrows].map(([arrow, by]) => `${arrow}: ${by.map(({ event }) => event).join(', ')}`),
    ...lifecycle.states.filter(isFinal).map((state) => `${state} --> [*]`),
  ];
}

function tableOf(moves: readonly Move[]): readonly string[] {
  const hasActions = moves.some(({ actions }) => actions.length > 0);
  const row = (cells: readonly string[]) => `| ${(hasActions ? cells : cells.slice(0, 3)).join(' | ')} |`;
  return [
    row(['what is', 'by', 'becomes', 'and']),
    row(['---', '---', '---', '---']),
    ...moves.map(({ from, event, to, actions }) => {
      return row([`\`${from}\``, `\`${event}\``, `\`${to}\``, actions.map((each) => `\`${each}\``).join(', ')]);
    }),
  ];
}

function titleOf(name: string): string {
  return name.replaceAll('_', ' ');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', LIFECYCLE_PAGE), lifecyclePage());
