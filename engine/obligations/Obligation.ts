import type { Aggregate } from './aggregate.ts';
import type { Audit } from './audit.ts';
import type { CoarsenSpace } from './coarsenSpace.ts';
import type { CoarsenTime } from './coarsenTime.ts';
import type { Mask } from './mask.ts';
import type { Notify } from './notify.ts';
import type { RetainUntil } from './retainUntil.ts';

/** What must be done with an allowed answer. */
export type Obligation = Mask | CoarsenTime | CoarsenSpace | Aggregate | RetainUntil | Notify | Audit;
