import { CodedError } from '../../twin/CodedError.ts';
import { type DeviceNode, type HomeNode, newHome, type TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Asking, ResourceRef } from '../AccessRequest.ts';
import type { Fact } from './Fact.ts';
import { homeFacts } from './homeFacts.ts';
import { instrumentOf } from './instrumentOf.ts';
import type { PolicyInput } from './PolicyInput.ts';
import { pairFacts } from './pairFacts.ts';
import { requestFacts } from './requestFacts.ts';
import { resourceFacts } from './resourceFacts.ts';

/** Every fact there is. Live requests, the census and brute force all read the twin through these. */
export const facts: readonly Fact[] = [...requestFacts, ...homeFacts, ...pairFacts, ...resourceFacts];

/** Values of facts by path, as they go into an input. */
export type Placed = readonly { readonly path: readonly string[]; readonly value: unknown }[];

/**
 * The policy input of one request: every fact read from the twin at one instant.
 * Throws `twin:home.not_found`, `twin:area.not_found` or `twin:device.not_found` for what the twin does not know.
 */
export function gatherFacts(graph: TwinGraph, asking: Asking, resource: ResourceRef, now: number): PolicyInput {
  const home = homeOf(graph, resource);
  return toInput([
    ...readRequest(asking, now),
    ...readHome(graph, home, asking),
    ...readPair(graph, home, asking),
    ...readResource(graph, home, resource, asking),
  ]);
}

/** The home that a resource belongs to; for one of an area an empty home that stands in it. */
export function homeOf(graph: TwinGraph, resource: ResourceRef): HomeNode {
  if ('home' in resource) return graph.home(resource.home);
  if (!graph.areas.has(resource.area)) throw new CodedError('twin:area.not_found', `no area \`${resource.area}\``);
  return newHome({ id: '', area: resource.area, name: '', occupancy: 'vacant' });
}

export function readRequest(asking: Asking, now: number): Placed {
  return requestFacts.map(({ path, read }) => ({ path, value: read(asking, now) }));
}

export function readHome(graph: TwinGraph, home: HomeNode, { answers }: Pick<Asking, 'answers'> = {}): Placed {
  return homeFacts.map(({ path, read }) => ({ path, value: read(graph, home, answers) }));
}

export function readPair(graph: TwinGraph, home: HomeNode, asking: Asking): Placed {
  return pairFacts.map(({ path, read }) => ({ path, value: read(graph, home, asking) }));
}

export function readResource(graph: TwinGraph, home: HomeNode, resource: ResourceRef, asking: Asking): Placed {
  const device = deviceOf(home, resource);
  const instrument = instrumentOf(graph, resource, asking);
  return resourceFacts.map(({ path, read }) => ({ path, value: read(resource, device, instrument) }));
}

/** The device that a resource is or belongs to; null when it is none of a device. */
function deviceOf(home: HomeNode, resource: ResourceRef): DeviceNode | null {
  const id = resource.type === 'property' ? resource.device : resource.type === 'device' ? resource.id : null;
  if (id === null) return null;
  const device = home.devices.get(id);
  if (!device) throw new CodedError('twin:device.not_found', `no device \`${id}\``);
  return device;
}

/** Puts values where their paths say. The facts' paths cover the whole input; a test holds that against the schema. */
export function toInput(placed: Placed): PolicyInput {
  const root: Record<string, unknown> = {};
  for (const { path, value } of placed) {
    let node = root;
    for (const key of path.slice(0, -1)) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    node[path.at(-1)!] = value;
  }
  return root as unknown as PolicyInput;
}
