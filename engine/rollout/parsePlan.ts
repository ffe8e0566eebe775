import { Ajv } from 'ajv';
import type { RolloutBudget, RolloutPlan } from '../../trust/activations/RolloutRecord.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { parseScenario } from '../simulate/parseScenario.ts';

/** How a bundle is to be rolled out, in the words of whoever wants it; what is left out is as `DEFAULTS` says. */
export type PlanWords = {
  readonly stages?: readonly number[];
  readonly budget?: BudgetWords;
  /** Such as `24h`: the next stage begins by itself. */
  readonly wait?: string;
  /** A share, such as `10%`. */
  readonly sample?: string;
  readonly rules?: 'last';
  /** The text of a scenario, in YAML or JSON. */
  readonly scenario?: string;
};

/** Bounds in words; null bounds nothing. */
export type BudgetWords = {
  /** A share, such as `0.5%`. */
  readonly newly_denied?: string | null;
  /** A number of cells, or a share. */
  readonly newly_raw?: number | string | null;
  readonly errors?: number | null;
  /** Such as `50ms`. */
  readonly p99?: string | null;
  readonly from_cells?: number;
};

/** What holds where nobody says otherwise. */
const DEFAULTS = {
  stages: [1, 10, 100],
  sample: '100%',
  budget: { newly_denied: '0.5%', newly_raw: 0, errors: 0, p99: '50ms', from_cells: 100 },
} as const;

const MOST_STAGES = 20;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const count = { type: 'integer', minimum: 0 } as const;
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    stages: { type: 'array', minItems: 1, maxItems: MOST_STAGES, items: { type: 'number' } },
    budget: {
      type: 'object',
      additionalProperties: false,
      properties: {
        newly_denied: { type: ['string', 'null'] },
        newly_raw: { type: ['integer', 'string', 'null'], minimum: 0 },
        errors: { ...count, type: ['integer', 'null'] },
        p99: { type: ['string', 'null'] },
        from_cells: count,
      },
    },
    wait: { type: 'string' },
    sample: { type: 'string' },
    rules: { const: 'last' },
    scenario: { type: 'string', maxLength: 100_000 },
  },
} as const;
const fits = new Ajv({ allowUnionTypes: true }).compile<PlanWords>(SCHEMA);

/**
 * Reads how a bundle is to be rolled out. Throws `policy:rollout.plan` with the place of what is wrong, and as
 * `parseScenario` does.
 */
export function parsePlan(words: unknown): Omit<RolloutPlan, 'salt'> {
  if (!fits(words)) {
    const [problem] = fits.errors ?? [];
    throw wrong(problem?.instancePath ?? '', `${problem?.message ?? 'it has another form'}`);
  }
  const { stages = DEFAULTS.stages, wait, sample = DEFAULTS.sample, rules, scenario = null } = words;
  assertStages(stages);
  if (scenario !== null) parseScenario(scenario, 'scenario');
  const part = shareOf(sample, '/sample');
  if (part === 0) throw wrong('/sample', 'what is never compared keeps every budget');
  return {
    stages,
    waitMs: wait === undefined ? null : timeOf(wait, '/wait'),
    budget: budgetOf({ ...DEFAULTS.budget, ...words.budget }),
    sample: part,
    rulesLast: rules === 'last',
    scenario,
  };
}

function assertStages(stages: readonly number[]): void {
  const isShare = (percent: number) => percent >= 0.01 && percent <= 100 && isHundredth(percent);
  if (!stages.every(isShare)) throw wrong('/stages', 'a stage is from 0.01 to 100 percent, to two places');
  const rises = stages.every((percent, at) => at === 0 || stages[at - 1]! < percent);
  if (!rises || stages.at(-1) !== 100) throw wrong('/stages', 'stages rise, and the last is 100', '`1,10,100`');
}

function isHundredth(percent: number): boolean {
  return Math.abs(percent * 100 - Math.round(percent * 100)) < 1e-9;
}

function budgetOf({ newly_denied, newly_raw, errors, p99, from_cells }: Required<BudgetWords>): RolloutBudget {
  return {
    newlyDenied: newly_denied === null ? null : shareOf(newly_denied, '/budget/newly_denied'),
    newlyRaw:
      typeof newly_raw === 'string' ? cellsOrShare(newly_raw) : newly_raw === null ? null : { cells: newly_raw },
    errors,
    p99Ms: p99 === null ? null : timeOf(p99, '/budget/p99'),
    fromCells: from_cells,
  };
}

function cellsOrShare(text: string): NonNullable<RolloutBudget['newlyRaw']> {
  if (/^\d{1,12}$/.test(text)) return { cells: Number(text) };
  return { share: shareOf(text, '/budget/newly_raw') };
}

function shareOf(text: string, path: string): number {
  const [, number] = /^(\d{1,3}(?:\.\d{1,6})?) ?%$/.exec(text) ?? [];
  const percent = Number(number);
  if (number === undefined || percent > 100) throw wrong(path, `\`${text}\` is no share`, '`0.5%`');
  // As the number that was written: 0.5 / 100 and not what comes of it in binary.
  return Number((percent / 100).toPrecision(12));
}

function timeOf(text: string, path: string): number {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit ?? ''] ?? 0);
  if (!(ms > 0)) throw wrong(path, `\`${text}\` is no time`, '`50ms`, `90s`, `30m`, `24h` or `7d`');
  return ms;
}

function wrong(path: string, why: string, hint?: string): CodedError {
  return new CodedError('policy:rollout.plan', `a roll-out cannot be like that: ${why}`, {
    place: { path },
    ...(hint !== undefined && { hint: `write ${hint}` }),
  });
}
