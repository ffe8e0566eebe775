import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';

/** A home with the graph around it. */
export type OpenHome = { readonly graph: TwinGraph; readonly home: HomeNode };

/** The ids of a home and of its devices, in the order in which the home has them. */
export type HomeIds = { readonly home: string; readonly devices: readonly string[] };

/** Where columns read homes from: a live graph, or a population that is folded home by home. */
export interface HomeSource {
  /** How many homes there are; they are numbered from 0. */
  readonly size: number;
  /** Areas, organisations and their relations; of homes it need hold only the one that is open. */
  readonly graph: TwinGraph;
  /** The number of changes that made what it holds. */
  readonly revision: number;
  /** Reads a home. It holds until the next one is opened. */
  open(index: number): OpenHome;
  /** How a home and its devices are called; the same object while they are the same, where that is cheap. */
  idsOf(index: number): HomeIds;
  /** Numbers of all homes to which the subject has a relation, a lease or a basis, ever; others may be among them. */
  homesOf(subject: string): readonly number[];
}
