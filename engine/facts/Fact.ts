import type { DeviceNode, HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Asking, ResourceRef } from '../AccessRequest.ts';

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
/** Depends on the home alone: it is digested once when the home changes. */
export type HomeFact = Common & { readonly scope: 'home'; read(graph: TwinGraph, home: HomeNode): unknown };
/** Depends on the home and on who asks for what. */
export type PairFact = Common & {
  readonly scope: 'pair';
  /**
   * What it depends on besides the asking when the subject has no relation, lease or basis with the home itself: on the
   * area that the home stands in, or on the home and then not on the asking.
   */
  readonly ofStranger: 'area' | 'home';
  read(graph: TwinGraph, home: HomeNode, asking: Asking): unknown;
};
/** Depends on the resource. */
export type ResourceFact = Common & {
  readonly scope: 'resource';
  read(resource: ResourceRef, device: DeviceNode | null): unknown;
};
