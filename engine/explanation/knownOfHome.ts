import { CodedError } from '../../twin/CodedError.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { ResourceRef } from '../AccessRequest.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { DecisionRecord } from '../Decision.ts';
import { gatherFacts } from '../facts/gatherFacts.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { allowsWhole } from '../fulfil.ts';
import { hidesHome } from '../obligations/hiddenPlaces.ts';
import { type MayKnow, tellsOfHome, valueAt } from './explainFacts.ts';
import type { ExplanationReader } from './viewOf.ts';

/**
 * What a requester may know of the homes that a decision is about: a fact that a record tells (of the home, the device,
 * the alarms, the consents) which the policies let the requester read of each of those homes, and which holds there now.
 * What was so once and is not any more is nobody's to read.
 */
export function knownOfHome(
  record: DecisionRecord,
  reader: ExplanationReader,
  { graph, now }: { readonly graph: TwinGraph; readonly now: number },
): MayKnow {
  const { resources, resourceCount, asking, input } = record;
  const named = !hidesHome(record) && resources.length === resourceCount;
  const present = named ? resources.map((resource) => presentOf(() => gatherFacts(graph, asking, resource, now))) : [];
  const known = new Map<string, boolean>();
  return (path) => {
    if (!tellsOfHome(path)) return true;
    let may = known.get(path);
    if (may === undefined) {
      const keys = path.split('.');
      const text = canonicalJson(valueAt(input, keys));
      const holds = present.every((each) => each !== null && canonicalJson(valueAt(each, keys)) === text);
      may = named && holds && resources.every((resource) => mayRead(reader, recordTelling(path, resource)));
      known.set(path, may);
    }
    return may;
  };
}

/** The record of a home in which a fact can be read; null when it stands in none. */
function recordTelling(path: string, resource: ResourceRef): ResourceRef | null {
  // An instrument is read as a whole; what else would be of a home is of none there.
  if (!('home' in resource)) return 'move' in resource ? { ...resource, move: null } : resource;
  const { home } = resource;
  if (path.startsWith('resource.home.')) return { type: 'home', home, id: home };
  // Policies know no ids: what is decided of one alarm, or of one consent, is decided of all of the home.
  if (path === 'context.emergency') return { type: 'alarm', home, id: '' };
  if (path === 'resource.owners') return { type: 'consent', home, id: '' };
  if (!path.startsWith('resource.device')) return null;
  if (resource.type === 'property') return { type: 'device', home, id: resource.device };
  return resource.type === 'device' ? resource : null;
}

function mayRead({ decide, settle }: ExplanationReader, resource: ResourceRef | null): boolean {
  if (resource === null) return false;
  const decision = decide(resource);
  return allowsWhole(decision) && settle(decision, resource);
}

/** The input that the twin would give now; null when the device or the home is gone. */
function presentOf(gather: () => PolicyInput): PolicyInput | null {
  try {
    return gather();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return null;
  }
}
