import type { Converted } from './convertAutomation.ts';
import type { Imported } from './importHomeAssistant.ts';

/** How often a construct was met, and how often it was taken. */
type ConstructCount = { readonly construct: string; readonly taken: number; readonly notTaken: number };

/** Something of an automation that was not taken: where, what, why and what to do instead. */
type NotTakenLine = {
  readonly file: string;
  readonly line: number;
  /** `action repeat`; what of it stands in the way where that is only a part of it: `template filter round`. */
  readonly construct: string;
  readonly cause: string;
  readonly why: string;
  readonly instead: string | null;
};

/** What became of one automation. */
export type AutomationReport = {
  readonly file: string;
  readonly line: number;
  readonly id: string | null;
  readonly alias: string | null;
  readonly mode: string;
  readonly outcome: Converted['outcome'];
  readonly rules: readonly string[];
  readonly notTaken: readonly NotTakenLine[];
  readonly notes: readonly string[];
};

/** What an import came to, as plain data. */
export type ImportReport = {
  readonly files: number;
  /** Whether rules were made of automations that were not taken whole: `rules` of theirs, and of the totals, has them then. */
  readonly partial: boolean;
  readonly automations: readonly AutomationReport[];
  readonly totals: {
    readonly automations: number;
    readonly whole: number;
    /** Of these, with something that is otherwise than in Home Assistant. */
    readonly wholeWithNotes: number;
    readonly part: number;
    readonly refused: number;
    readonly rules: number;
  };
  /** Triggers first, then conditions, actions and the rest, most frequent first. */
  readonly constructs: readonly ConstructCount[];
  /** What stood in the way, in how many automations, most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly automations: number }[];
  readonly unreadable: readonly { readonly file: string; readonly line: number | null; readonly why: string }[];
};

export function importReport({ automations, rules, isPartial, problems, files }: Imported): ImportReport {
  const reports = automations.map((each) => {
    const report = automationReport(each);
    return isPartial || each.outcome === 'whole' ? report : { ...report, rules: [] };
  });
  const count = (outcome: Converted['outcome']) => automations.filter((each) => each.outcome === outcome).length;
  const wholeWithNotes = reports.filter(({ outcome, notes }) => outcome === 'whole' && notes.length > 0).length;
  return {
    files,
    partial: isPartial,
    automations: reports,
    totals: {
      automations: automations.length,
      whole: count('whole'),
      wholeWithNotes,
      part: count('part'),
      refused: count('refused'),
      rules: rules.length,
    },
    constructs: constructCounts(automations),
    causes: causesOf(reports),
    unreadable: problems.map(({ place, message, hint }) => ({
      file: place?.file ?? '',
      line: place?.line ?? null,
      why: hint === undefined ? message : `${message}: ${hint}`,
    })),
  };
}

/** What became of automations, in a line; one that is left where it is could be taken in part when that is asked for. */
export function totalsText({ totals, partial }: Pick<ImportReport, 'totals' | 'partial'>): string {
  const { automations, whole, wholeWithNotes, part, refused, rules } = totals;
  const noted = wholeWithNotes === 0 ? '' : ` (${wholeWithNotes} not quite the same)`;
  const parts = partial || part === 0 ? `${part} in part` : `${part} left, which --partial takes in part`;
  return `${automations} automations: ${whole} converted whole${noted}, ${parts}, ${refused} refused; rules: ${rules}`;
}

function automationReport({ automation, outcome, rules, constructs, notes, mode }: Converted): AutomationReport {
  const { file, line, id, alias } = automation;
  const notTaken = constructs.flatMap(({ construct, line: at, problem }): NotTakenLine[] =>
    problem
      ? [
          {
            file,
            line: problem.line ?? at,
            construct,
            cause: problem.construct,
            why: problem.message,
            instead: problem.instead ?? null,
          },
        ]
      : [],
  );
  // A variable that is not taken is told once for each place in which it stands.
  const once = [...new Map(notTaken.map((each) => [JSON.stringify(each), each])).values()];
  return { file, line, id, alias, mode, outcome, rules: rules.map((rule) => rule.id), notTaken: once, notes };
}

function constructCounts(automations: readonly Converted[]): readonly ConstructCount[] {
  const counts = new Map<string, { taken: number; notTaken: number }>();
  for (const { construct, problem } of automations.flatMap(({ constructs }) => constructs)) {
    const count = counts.get(construct) ?? { taken: 0, notTaken: 0 };
    counts.set(construct, count);
    count[problem ? 'notTaken' : 'taken'] += 1;
  }
  return [...counts]
    .map(([construct, count]) => ({ construct, ...count }))
    .sort((a, b) => kindOrder(a) - kindOrder(b) || sum(b) - sum(a) || (a.construct < b.construct ? -1 : 1));
}

const KINDS = ['trigger', 'condition', 'action'];

function kindOrder({ construct }: ConstructCount): number {
  const kind = KINDS.indexOf(construct.split(' ')[0]!);
  return kind < 0 ? KINDS.length : kind;
}

function sum({ taken, notTaken }: ConstructCount): number {
  return taken + notTaken;
}

function causesOf(reports: readonly AutomationReport[]): ImportReport['causes'] {
  const causes = new Map<string, number>();
  for (const { notTaken } of reports) {
    for (const cause of new Set(notTaken.map((each) => each.cause))) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return [...causes]
    .map(([cause, automations]) => ({ cause, automations }))
    .sort((a, b) => b.automations - a.automations || (a.cause < b.cause ? -1 : 1));
}
