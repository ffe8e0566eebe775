import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import type { HomeResource } from '../AccessRequest.ts';
import type { ReaderKind } from '../explanation/ReaderKind.ts';
import { type ExplanationReader, viewBy } from '../explanation/viewOf.ts';
import { peopleOf } from '../facts/pairFacts.ts';
import type { ConditionResult } from '../rules/RuleEvaluator.ts';
import { evaluatesAgain } from './evaluatesAgain.ts';
import { type EffectResult, namedBy, type Run, type RunEffect, type RunEvent } from './Run.ts';

/** Who reads a run, and whether the policies let that reader have a thing of its home as it is. */
export type RunReader = ExplanationReader & { readonly mayRead: (resource: HomeResource) => boolean };

/** A condition as a reader sees it; all but whether it held is null for `a condition of the home`. */
type ToldCondition = {
  readonly [Member in keyof Omit<ConditionResult, 'held'>]: ConditionResult[Member] | null;
} & Pick<ConditionResult, 'held'>;

/** An effect with what became of it when it was due; null for one that was not put off, or is not due yet. */
export type ToldEffect = RunEffect & { readonly later: EffectResult | null };

/** A run as it is kept, with what became of its effects later. */
export type KeptRun = { readonly run: Run; readonly tenancy: string | null; readonly results: readonly EffectResult[] };

/** A run as a reader may see it. */
export type ToldRun = Omit<Run, 'because' | 'conditions' | 'effects'> & {
  readonly reader: ReaderKind;
  readonly conditions: readonly ToldCondition[];
  readonly effects: readonly ToldEffect[];
  /** Whether the conditions, asked again with the kept values, hold again. */
  readonly reproduced: boolean;
};

/**
 * What of a run a reader may see, which is decided like the explanation of a decision: its people (of the tenancy it was
 * in) and the auditor all of it; others the runs that told or gave them something or raised an alarm that they may read,
 * and of them what they may read. Null when it is not theirs to know.
 */
export async function explainRun(
  { run, tenancy, results }: KeptRun,
  reader: RunReader,
  graph: TwinGraph,
): Promise<ToldRun | null> {
  const home = graph.homes.get(run.home);
  if (!home) return null;
  const { person, organisation } = reader.subject;
  const isPeople = person !== null && peopleOf(home).has(person) && tenancyOf(home) === tenancy;
  const own = new Set([person, organisation?.id]);
  const effects = run.effects.map((effect): ToldEffect => {
    return { ...effect, later: results.find((result) => result.effect === effect.id) ?? null };
  });
  const shown = effects.flatMap((effect) => shownOf(effect, own, reader));
  if (!isPeople && !reader.auditor && shown.length === 0) return null;
  const resource = { type: 'explanation', home: run.home, id: run.id } as const;
  const decision = reader.decide(resource);
  const kind = viewBy(decision, reader.auditor);
  // The people of another time are nobody here.
  if (kind === null || (kind === 'people' && !isPeople) || !reader.settle(decision, resource)) return null;
  const { because, conditions: _, ...told } = run;
  const reproduced = await evaluatesAgain(run);
  if (kind === 'people' || kind === 'auditor')
    return { ...told, reader: kind, conditions: because, effects, reproduced };
  const mayRead = mayReadOf(run, reader);
  return {
    ...told,
    reader: kind,
    event: toldEvent(run.event, mayRead),
    conditions: kind === 'outside' ? [] : because.map((each) => toldCondition(each, mayRead)),
    effects: shown,
    reproduced,
  };
}

type Own = ReadonlySet<string | null | undefined>;

/** What of an effect concerns a reader who is not of the home. */
function shownOf(effect: ToldEffect, own: Own, reader: RunReader): ToldEffect[] {
  const came = (effect.later?.effects ?? []).filter((each) => concerns(each, own, reader));
  if (came.length === 0 && !concerns(effect, own, reader)) return [];
  const later = effect.later && { ...effect.later, effects: came.map((each) => ofOwn(each, own)) };
  return [{ ...ofOwn(effect, own), later }];
}

function ofOwn<Kind extends RunEffect>(effect: Kind, own: Own): Kind {
  return { ...effect, deliveries: effect.deliveries.filter(({ to }) => own.has(to)) };
}

/** Whether an effect told or gave somebody something, or raised an alarm that they may read. */
function concerns({ effect, deliveries }: RunEffect, own: Own, reader: RunReader): boolean {
  if (deliveries.some(({ to }) => own.has(to))) return true;
  if (effect?.kind !== 'raise_alarm') return false;
  return reader.mayRead({ type: 'alarm', home: effect.home, id: effect.alarm.id });
}

type MayRead = (property: string) => boolean;

function mayReadOf({ home, device }: Run, reader: RunReader): MayRead {
  return (property) => device !== null && reader.mayRead({ type: 'property', home, device, property });
}

/** Facts that tell of the hour and of no home. */
const OF_NO_HOME: ReadonlySet<string> = new Set(['event', 'local_time', 'weekday', 'sun']);

function toldCondition(condition: ConditionResult, mayRead: MayRead): ToldCondition {
  const names = namedBy(condition);
  const isOpen = OF_NO_HOME.has(condition.fact) || (names.length > 0 && names.every(mayRead) && isOwn(condition));
  if (isOpen) return condition;
  return { fact: null, params: null, operator: null, value: null, got: null, held: condition.held };
}

/** Of another device than the run's nothing was decided. */
function isOwn({ params }: ConditionResult): boolean {
  return params['device'] === undefined;
}

function toldEvent(event: RunEvent, mayRead: MayRead): RunEvent {
  if (event.kind !== 'state_reported') return { kind: event.kind };
  const values = Object.entries(event['values'] as object).filter(([property]) => mayRead(property));
  return { kind: event.kind, values: Object.fromEntries(values) };
}
