import { formatTable } from './output.ts';

/** A command as GraphQL tells it. */
export type ToldCommand = {
  readonly id: string;
  readonly device: { readonly name: string | null };
  readonly deviceId: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly state: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly claimant: string;
  readonly rule: string | null;
  readonly account: string | null;
  readonly holds: string | null;
  readonly issuedAt: string;
  readonly winner: ToldWinner | null;
};
type ToldWinner = Pick<ToldCommand, 'claimant' | 'rule' | 'account'> & {
  readonly precedence: string;
  readonly clauses: readonly string[];
  readonly until: string | null;
};

const COLUMNS = [{ title: 'issued' }, { title: 'device' }, { title: 'told' }, { title: 'for' }, { title: 'state' }];

/** Commands as a table, newest first, each with why it stands there, who won, and until when. */
export function commandsText(commands: readonly ToldCommand[]): string {
  if (commands.length === 0) return 'no such command that you may read';
  return formatTable(
    COLUMNS,
    commands.map((each) => [
      each.issuedAt,
      each.device.name ?? each.deviceId,
      Object.entries(each.values)
        .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(', '),
      whoText(each),
      stateText(each),
    ]),
  );
}

function whoText({ claimant, rule, account }: Pick<ToldCommand, 'claimant' | 'rule' | 'account'>): string {
  const who = rule === null ? (account ?? '') : `rule ${rule}`;
  return who === '' || who === claimant ? words(claimant) : `${words(claimant)} (${who})`;
}

function stateText({ state, reason, detail, winner, holds }: ToldCommand): string {
  if (winner) return `${state}: ${winnerText(winner)}`;
  const why = reason === null ? '' : `: ${words(reason)}${detail === null ? '' : ` (${detail})`}`;
  const held = holds !== null && state === 'acknowledged' ? `; holds ${untilText(holds)}` : '';
  return `${state}${why}${held}`;
}

/** What decided between two, in words. */
const GROUNDS: Readonly<Record<string, string>> = {
  order: 'by the declared order',
  newest: 'as the newer',
  priority: 'by the priority of its rule',
  id: 'of two alike',
};

function winnerText({ precedence, clauses, until, ...winner }: ToldWinner): string {
  const by = `${GROUNDS[precedence] ?? `by ${precedence}`}${clauses.length === 0 ? '' : ` (${clauses.join(', ')})`}`;
  return `${whoText(winner)} won ${by}${until === null ? '' : `, ${untilText(until)}`}`;
}

function untilText(until: string): string {
  if (until === 'alarm_reset') return 'until the alarm is reset';
  return until === 'inspected' ? 'until somebody has looked on the spot' : `until ${until}`;
}

function words(text: string): string {
  return text.replaceAll('_', ' ');
}
