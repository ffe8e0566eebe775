import type { Asking } from '../AccessRequest.ts';

/** What one requester of a scenario asks of every home, with one action and for one purpose. */
export type Question = {
  readonly requester: string;
  /**
   * The asking that reaches a home standing in this area: a requester such as "the community's own office" is another
   * subject in another area. Null where nobody asks. The same object each time.
   */
  readonly askingAt: (area: string) => Asking | null;
};
