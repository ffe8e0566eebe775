import type { DeviceNode, HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AlarmKind } from '../../twin/words.ts';
import type { Asking, ResourceRef } from '../AccessRequest.ts';
import type { InstrumentFacts } from './PolicyInput.ts';

/** One path of the policy input and where its value comes from. The scope says what the value depends on. */
export type Fact = RequestFact | HomeFact | PairFact | ResourceFact;

type Common = {
  /** Where it stands in the policy input, such as `['resource', 'home', 'occupancy']`. */
  readonly path: readonly string[];
  /** What of the twin it reads, told in an explanation. */
  readonly origin: string;
};

/** Depends on the asking alone. */
export type RequestFact = Common & { readonly scope: 'request'; read(asking: Asking, now: number): unknown };
/** Depends on the home alone, and on an alarm of it that is about to be kept: it is digested once when the home changes. */
export type HomeFact = Common & {
  readonly scope: 'home';
  read(graph: TwinGraph, home: HomeNode, answers?: AlarmKind): unknown;
};
/** Depends on the home and on who asks for what. */
export type PairFact = Common & {
  readonly scope: 'pair';
  /**
   * What it depends on besides the asking when the subject has no relation, lease or basis with the home itself: on the
   * area that the home stands in, or on the home and then not on the asking.
   */
  readonly ofStranger: 'area' | 'home';
  /**
   * What the area in which a home stands brings into a fact that rests on the home otherwise: `read` gives what there is
   * for an asking, null where there is nothing, and `join` puts it to a stranger's value.
   */
  readonly fromArea?: {
    read(graph: TwinGraph, area: string, asking: Asking): unknown;
    join(value: unknown, ofArea: unknown): unknown;
  };
  read(graph: TwinGraph, home: HomeNode, asking: Asking): unknown;
};
/** Depends on the resource, and on what the subject is to it when it is an instrument. */
export type ResourceFact = Common & {
  readonly scope: 'resource';
  read(resource: ResourceRef, device: DeviceNode | null, instrument: InstrumentFacts | null): unknown;
};
