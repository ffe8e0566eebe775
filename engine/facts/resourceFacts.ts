import { deviceType } from '../../twin/devices/index.ts';
import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';
import type { Label, ResourceType } from '../../twin/words.ts';
import { UNLABELLED } from '../../twin/words.ts';
import type { ResourceRef } from '../AccessRequest.ts';
import type { ResourceFact } from './Fact.ts';
import type { PolicyInput } from './PolicyInput.ts';

/** What organisations ask, order and agree is their matter and names no person. */
const INSTRUMENT: Label = {
  subject_class: 'organisation',
  category: 'social',
  grade: 'general_2',
  sharing: 'restricted',
  sensitive: false,
};

/** The platform's own record. */
const OF_PLATFORM: Label = { ...INSTRUMENT, grade: 'general_1' };

/** How people have their home react: it shows how they live. */
const OF_HOUSEHOLD: Label = {
  subject_class: 'personal',
  category: 'scene',
  grade: 'general_2',
  sharing: 'restricted',
  sensitive: false,
};

/** Labels of what is no property: the record of a home, a device, an alarm, a lease, a consent, an explanation, a simulation, an area, an instrument. */
const RESOURCE_LABELS: Readonly<Record<Exclude<ResourceType, 'property'>, Label>> = {
  area: { subject_class: 'public', category: 'social', grade: 'general_1', sharing: 'unconditional', sensitive: false },
  home: {
    subject_class: 'personal',
    category: 'family_basic',
    grade: 'general_2',
    sharing: 'restricted',
    sensitive: false,
  },
  device: {
    subject_class: 'personal',
    category: 'device',
    grade: 'general_1',
    sharing: 'restricted',
    sensitive: false,
  },
  alarm: {
    subject_class: 'personal',
    category: 'environment',
    grade: 'general_2',
    sharing: 'restricted',
    sensitive: false,
  },
  lease: {
    subject_class: 'personal',
    category: 'personal_basic',
    grade: 'general_3',
    sharing: 'restricted',
    sensitive: true,
  },
  consent: {
    subject_class: 'personal',
    category: 'personal_basic',
    grade: 'general_3',
    sharing: 'restricted',
    sensitive: true,
  },
  waiver: {
    subject_class: 'personal',
    category: 'social',
    grade: 'general_2',
    sharing: 'restricted',
    sensitive: false,
  },
  emergency_access: {
    subject_class: 'personal',
    category: 'environment',
    grade: 'general_2',
    sharing: 'restricted',
    sensitive: false,
  },
  /** It says whether anybody is at home. */
  home_mode: {
    subject_class: 'personal',
    category: 'behaviour',
    grade: 'general_3',
    sharing: 'not_shared',
    sensitive: true,
  },
  scene: OF_HOUSEHOLD,
  pack: OF_HOUSEHOLD,
  home_rule: OF_HOUSEHOLD,
  inspection: {
    subject_class: 'personal',
    category: 'device',
    grade: 'general_2',
    sharing: 'restricted',
    sensitive: false,
  },
  /** Whose a device is. */
  binding: { ...OF_HOUSEHOLD, category: 'personal_basic' },
  firmware: { ...OF_HOUSEHOLD, category: 'device' },
  /** It says what went wrong in a home. */
  incident: { ...OF_HOUSEHOLD, category: 'behaviour' },
  catalogue_entry: INSTRUMENT,
  sharing_request: INSTRUMENT,
  order: INSTRUMENT,
  agreement: INSTRUMENT,
  /** What of the home they may tell is decided by what they tell of, or by how they are guarded. */
  explanation: OF_PLATFORM,
  simulation: OF_PLATFORM,
};

const type: ResourceFact = {
  scope: 'resource',
  path: ['resource', 'type'],
  origin: 'the request',
  read: (resource) => resource.type,
};

const label: ResourceFact = {
  scope: 'resource',
  path: ['resource', 'label'],
  origin: "the label of the property: its owner's, else the device type's, else the closed default",
  read: (resource, device) => labelOf(resource, device),
};

const device: ResourceFact = {
  scope: 'resource',
  path: ['resource', 'device'],
  origin: 'how far the device is trusted, the state of its lifecycle, how long ago it was heard, and what kind it is',
  read: (_resource, node) => deviceOf(node),
};

const instrument: ResourceFact = {
  scope: 'resource',
  path: ['resource', 'instrument'],
  origin: 'the state of the instrument, what is to be done with it, and what the subject did and stands for in it',
  read: (_resource, _device, facts) => facts,
};

/** The label of a resource. What nobody labelled is personal, general_4 and not shared. */
export function labelOf(resource: ResourceRef, device: DeviceNode | null): Label {
  if (resource.type !== 'property') return RESOURCE_LABELS[resource.type];
  if (!device) return UNLABELLED;
  const own = device.labels.get(resource.property);
  return own ?? deviceType(device.device.model)?.byProperty.get(resource.property)?.type.label ?? UNLABELLED;
}

function deviceOf(node: DeviceNode | null): PolicyInput['resource']['device'] {
  if (!node) return null;
  return {
    trust: node.device.trust,
    state: node.state,
    last_seen: node.lastSeen,
    kind: deviceType(node.device.model)?.kind ?? 'sensor',
  };
}

export const resourceFacts: readonly ResourceFact[] = [type, label, device, instrument];
