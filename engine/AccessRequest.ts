import type {
  Action,
  AgeBand,
  AlarmKind,
  Assurance,
  InstrumentKind,
  Move,
  OrganisationKind,
  Purpose,
  ResourceType,
  Role,
  Tier,
} from '../twin/words.ts';
import type { Channel } from './facts/PolicyInput.ts';

/** Who asks, as the twin knows the account. */
export type Subject = {
  /** The account's id; null for the anonymous caller and for requesters of a scenario. */
  readonly account: string | null;
  readonly person: string | null;
  readonly organisation: { readonly id: string; readonly kind: OrganisationKind } | null;
  /** The area of its platform. */
  readonly area: string | null;
  readonly tier: Tier | 'anonymous';
  readonly roles: readonly Role[];
  readonly assurance: Assurance;
  readonly multiFactor: boolean;
  /** How old the person is; absent where nobody is known to ask, such as for an organisation. */
  readonly ageBand?: AgeBand;
  /** The home whose own rules and devices it is; it is `bound` to that home. */
  readonly home?: string;
};

/** Somebody of whom nothing is known and who stands for nothing. */
export const NOBODY: Subject = {
  account: null,
  person: null,
  organisation: null,
  area: null,
  tier: 'anonymous',
  roles: [],
  assurance: 'low',
  multiFactor: false,
};

/** What a request is about. Whatever belongs to a home names it, whatever belongs to an area names that. */
export type ResourceRef = HomeResource | AreaResource | AreaExplanation | AreaWaiver | AreaSimulation;

/** Why something of an area was decided; `explanationOf` names it. */
type AreaExplanation = { readonly type: 'explanation'; readonly area: string; readonly id: string };

/** A waiver for all homes of an area. */
type AreaWaiver = { readonly type: 'waiver'; readonly area: string; readonly id: string };

/** What a draft would change for the homes of an area of the twin. */
type AreaSimulation = { readonly type: 'simulation'; readonly area: string; readonly id: string };

export type HomeResource =
  | { readonly type: 'property'; readonly home: string; readonly device: string; readonly property: string }
  | { readonly type: HomeRecordType; readonly home: string; readonly id: string }
  | { readonly type: 'emergency_access'; readonly home: string; readonly id: string; readonly move: Move | null };

/** Types of resource that belong to a home and are known by an id. */
export type HomeRecordType = Exclude<
  ResourceType,
  'property' | 'area' | 'simulation' | 'emergency_access' | InstrumentKind
>;

export type AreaResource = {
  readonly type: InstrumentKind;
  readonly area: string;
  /** That of one that is yet to be made is not known to the twin. */
  readonly id: string;
  /** What is to be done with it; null only looks. */
  readonly move: Move | null;
};

/** The explanation of a decision about a resource, which belongs where that does. */
export function explanationOf(resource: ResourceRef, id: string): ResourceRef {
  const type = 'explanation';
  return 'home' in resource ? { type, home: resource.home, id } : { type, area: resource.area, id };
}

export type AccessRequest = {
  readonly subject: Subject;
  readonly action: Action;
  readonly purpose: Purpose;
  readonly resource: ResourceRef;
  readonly channel: Channel;
  /** The alarm that it answers, which is kept together with the answer and not before: it counts as raised. */
  readonly answers?: AlarmKind;
};

/** Everything about a request but its resource: what a caller asks of many resources at once. */
export type Asking = Omit<AccessRequest, 'resource'>;
