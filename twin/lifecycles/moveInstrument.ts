import { CodedError } from '../CodedError.ts';
import type { Act, BasisEnd, Change, Instrument } from '../changes.ts';
import type { InstrumentNode, TwinGraph } from '../graph/TwinGraph.ts';
import type { InstrumentKind, InstrumentState } from '../words.ts';
import { agreementLifecycle } from './agreement.ts';
import { basesOfInstrument, basisIdsOf } from './basesOfInstrument.ts';
import type { BasisAction } from './basisActions.ts';
import { catalogueEntryLifecycle } from './catalogueEntry.ts';
import { orderLifecycle } from './order.ts';
import { sharingRequestLifecycle } from './sharingRequest.ts';
import { type Lifecycle, step } from './step.ts';

/** The lifecycle of each kind of instrument. A move that is none of its events is refused in every state. */
export const instrumentLifecycles: Readonly<Record<InstrumentKind, Lifecycle<InstrumentState, Act['move']>>> = {
  catalogue_entry: catalogueEntryLifecycle as Lifecycle<InstrumentState, Act['move']>,
  sharing_request: sharingRequestLifecycle as Lifecycle<InstrumentState, Act['move']>,
  order: orderLifecycle as Lifecycle<InstrumentState, Act['move']>,
  agreement: agreementLifecycle as Lifecycle<InstrumentState, Act['move']>,
};

export type InstrumentMove = {
  readonly instrument: string;
  readonly act: Act;
  /** The term that an approval gives. */
  readonly ends?: string;
  /** The person or organisation that the bases count as given by, when the move gives any. */
  readonly givenBy?: string;
};

/**
 * The changes by which an instrument moves: it, the bases that it gives from now on or gives no longer, and the
 * instruments that end with it. In the order to apply them, all in one commit.
 *
 * Throws `twin:instrument.move_refused` when its lifecycle does not allow the move, and `twin:instrument.not_found`.
 */
export function moveInstrument(graph: TwinGraph, move: InstrumentMove): readonly Change[] {
  const node = graph.instrument(move.instrument);
  const { instrument, state } = node;
  const { act, ends } = move;
  const next = step(instrumentLifecycles[instrument.kind], state, act.move);
  if (next.kind === 'refused') throw refused(instrument, next);
  const actions = next.actions as readonly BasisAction[];
  return [
    ...followers(graph, node, act),
    ...(actions.includes('end_bases') ? endedBases(graph, instrument, REASONS[act.move] ?? 'withdrawn') : []),
    {
      kind: 'instrument_transitioned',
      instrument: instrument.id,
      to: next.to,
      act,
      ...(ends === undefined ? {} : { ends }),
    },
    ...(actions.includes('give_bases')
      ? basesOfInstrument(standing(graph, instrument), {
          ends: ends ?? node.ends,
          givenBy: move.givenBy ?? instrument.id,
        })
      : []),
  ];
}

/** The instrument without homes that were erased since it was made. */
function standing(graph: TwinGraph, instrument: Instrument): Instrument {
  const { homes } = instrument;
  return homes === null ? instrument : { ...instrument, homes: homes.filter((home) => graph.homes.has(home)) };
}

const REASONS: Partial<Readonly<Record<Act['move'], BasisEnd>>> = { expire: 'expired', replace: 'replaced' };

/** What moves with an entry of the catalogue: a version is replaced by the next; a data set withdrawn is shared no more. */
function followers(graph: TwinGraph, { instrument, state }: InstrumentNode, act: Act): readonly Change[] {
  if (instrument.kind !== 'catalogue_entry') return [];
  const others = [...graph.instruments.values()].filter((other) => isOfDataSet(other, instrument));
  if (act.move === 'publish') {
    return others
      .filter((other) => other.instrument.kind === 'catalogue_entry' && other.state === 'published')
      .flatMap((other) => moveInstrument(graph, { instrument: other.instrument.id, act: { ...act, move: 'replace' } }));
  }
  if (state !== 'published' || act.move === 'replace') return [];
  return others
    .filter((other) => other.instrument.kind === 'sharing_request' && isOpen(other))
    .flatMap((other) => moveInstrument(graph, { instrument: other.instrument.id, act: { ...act, move: 'end' } }));
}

function isOfDataSet({ instrument }: InstrumentNode, entry: Extract<Instrument, { kind: 'catalogue_entry' }>): boolean {
  return 'dataSet' in instrument && instrument.dataSet === entry.dataSet && instrument.id !== entry.id;
}

function isOpen({ instrument, state }: InstrumentNode): boolean {
  return step(instrumentLifecycles[instrument.kind], state, 'end').kind === 'moved';
}

/** The bases of an instrument that are still in force. */
function endedBases(graph: TwinGraph, instrument: Instrument, reason: BasisEnd): readonly Change[] {
  const ids = basisIdsOf(instrument);
  if (instrument.homes === null) return ids.map((basis) => ({ kind: 'area_basis_ended', basis, reason }));
  return instrument.homes.flatMap((home) => {
    const bases = graph.homes.get(home)?.bases;
    return ids.filter((id) => bases?.has(id)).map((basis): Change => ({ kind: 'basis_ended', home, basis, reason }));
  });
}

function refused(
  { kind }: Instrument,
  { from, event, allowed }: { readonly from: string; readonly event: string; readonly allowed: readonly string[] },
): CodedError {
  const thing = kind.replaceAll('_', ' ');
  const people = allowed.filter((each) => each !== 'expire' && each !== 'replace');
  return new CodedError('twin:instrument.move_refused', `cannot ${event} a ${thing} that is ${from}`, {
    hint: people.length > 0 ? `what is ${from} allows: ${people.join(', ')}` : 'its life is over',
  });
}
