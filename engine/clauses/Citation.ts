import type { Place } from '../../twin/CodedError.ts';

/** A place in policies, rules or lifecycles that says which clause it enforces. */
export type Citation = {
  readonly clause: string;
  /** `policy:<package>/<rule>`, `policy:<package>`, `rule:<id>` or `lifecycle:<id>`. */
  readonly by: string;
  readonly place: Place;
};
