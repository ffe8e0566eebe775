import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Asking } from '../AccessRequest.ts';
import { AreaJoins, type Joined } from './AreaJoins.ts';
import type { Columns } from './Columns.ts';
import type { Question } from './Question.ts';
import { Tuples } from './Tuples.ts';
import { TupleTable } from './TupleTable.ts';

/** Where nobody asks, and homes that are not counted. */
export const NONE = -1;

/** What an asking brings to homes of strangers in an area: digests of request facts, of pair facts that rest on the area, and the join. */
type Asker = { readonly request: readonly number[]; readonly pair: readonly number[]; readonly joined: Joined };

/** Areas of one area of the report in which each question finds the same asker. */
type Place = {
  /** The number of the area of the report. */
  readonly area: number;
  /** For each question the number of its asker; −1 where nobody asks. */
  readonly askers: readonly number[];
};

export type AskedPlaces = {
  /** By the number of an area in which homes stand: its place; −1 outside of the scenario. */
  readonly placeOf: Int32Array;
  readonly places: readonly Place[];
  readonly askers: readonly Asker[];
  /** For each question the askings that reach homes; and by the number of an area, which of them does. */
  readonly askings: readonly { readonly all: readonly Asking[]; readonly ofArea: Int32Array }[];
};

export type AskedPlacesOptions = {
  readonly questions: readonly Question[];
  /** The instant of the asking, in milliseconds since 1970. */
  readonly now: number;
  /** By the number of an area in which homes stand: the area of the report, −1 if it is none of the scenario's. */
  readonly reportAreaOf: readonly number[];
};

/** Finds who asks what where. Every value that may be met there is digested, so that representatives know them all. */
export function askedPlaces(columns: Columns, { questions, now, reportAreaOf }: AskedPlacesOptions): AskedPlaces {
  const { graph } = columns.source;
  const askers: Asker[] = [];
  const requests = new Tuples();
  const requestOf = new Map<Asking, number>();
  const pairs = new Tuples();
  const joins = new AreaJoins(columns);
  const askerNumbers = new TupleTable(3);
  const asker = (asking: Asking, area: string): number => {
    let request = requestOf.get(asking);
    if (request === undefined) {
      request = requests.digest(columns.requestColumns.map((column) => column.digest(column.fact.read(asking, now))));
      requestOf.set(asking, request);
    }
    const known = columns.pairs(asking);
    const pair = pairs.digest(known.ofArea(graph, area));
    const joined = joins.of(known.broughtIn(graph, area));
    const number = askerNumbers.number([request, pair, joined.number]);
    if (number === askers.length) askers.push({ request: requests.tuple(request), pair: pairs.tuple(pair), joined });
    return number;
  };

  const { byArea, tellingOf } = tellingAreas(columns, questions, reportAreaOf);
  // Areas are many: which of the telling ones is theirs is looked up by its text once, for all questions.
  const numberOfTelling = new Map([...byArea.keys()].map((area, number) => [area, number]));
  const tellingAt = Int32Array.from(tellingOf, (telling) => (telling === null ? NONE : numberOfTelling.get(telling)!));
  const askings = questions.map((_, question) => {
    const all = [...new Set([...byArea.values()].flatMap((asked) => asked[question] ?? []))];
    const numbers = new Map(all.map((asking, number) => [asking, number]));
    const there = Array.from(byArea.values(), (asked) => (asked[question] ? numbers.get(asked[question])! : NONE));
    return { all, ofArea: tellingAt.map((telling) => (telling === NONE ? NONE : there[telling]!)) };
  });
  const askersOf = new Map(
    [...byArea].map(([area, asked]) => [area, asked.map((one) => (one ? asker(one, area) : NONE))]),
  );
  const table = new TupleTable(1 + questions.length);
  const places: Place[] = [];
  const placeOf = Int32Array.from(tellingOf, (telling, at) => {
    if (telling === null) return NONE;
    const [area, found] = [reportAreaOf[at]!, askersOf.get(telling)!];
    const number = table.number([area, ...found]);
    if (number === places.length) places.push({ area, askers: found });
    return number;
  });
  return { placeOf, places, askers, askings };
}

/** Who asks in an area, question by question; null where nobody does. */
type AskedThere = readonly (Asking | null)[];

/**
 * For each area in which homes stand, the narrowest one around it that anything names: what is asked there, and what facts
 * say of it, is the same. A city has ten times as many buildings as communities, and of most there is nothing to say.
 */
function tellingAreas(columns: Columns, questions: readonly Question[], reportAreaOf: readonly number[]) {
  const { graph } = columns.source;
  const named = namedAreas(graph);
  for (;;) {
    const byArea = new Map<string, AskedThere>();
    const paths = columns.areaPaths();
    const tellingOf = columns.areas.map((area, at) => {
      if (reportAreaOf[at] === NONE) return null;
      const telling = paths[at]!.find(({ id }) => named.has(id))?.id ?? area;
      if (!byArea.has(telling))
        byArea.set(
          telling,
          questions.map(({ askingAt }) => askingAt(telling)),
        );
      return telling;
    });
    // Whoever asks may stand for an area that nothing else names.
    const more = [...byArea.values()].flatMap((asked) => asked.flatMap((one) => one?.subject.area ?? []));
    if (more.every((area) => named.has(area))) return { byArea, tellingOf };
    for (const area of more) named.add(area);
  }
}

/** The areas to which somebody has a relation, for which an organisation stands, or of which a basis holds. */
function namedAreas({ areaRelations, organisations, areaBases }: TwinGraph): Set<string> {
  const named = new Set<string>();
  for (const byArea of areaRelations.values()) for (const area of byArea.keys()) named.add(area);
  for (const { area } of organisations.values()) if (area !== null) named.add(area);
  for (const bases of areaBases.values()) for (const { area } of bases.values()) named.add(area);
  return named;
}
