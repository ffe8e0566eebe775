import type { HomeNode, TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Asking, ResourceRef } from './AccessRequest.ts';
import type { Bundle, StagedBundle } from './Bundles.ts';
import type { Clock } from './Clock.ts';
import type { AskedDecision, DecisionRecord, DecisionRecords } from './Decision.ts';
import { decideInput } from './decideInput.ts';
import { Dictionary } from './facts/Dictionary.ts';
import { homeOf, type Placed, readHome, readPair, readRequest, readResource, toInput } from './facts/gatherFacts.ts';
import type { PolicyInput } from './facts/PolicyInput.ts';
import type { InForce } from './rego/timetable.ts';
import { isStaged } from './rollout/isStaged.ts';

export type DecidePorts = {
  readonly graph: TwinGraph;
  readonly bundle: Bundle;
  /** Decides in place of it for the homes of a roll-out's cohort; null or left out where nothing is staged. */
  readonly staged?: StagedBundle | null;
  readonly records: DecisionRecords;
  readonly clock: Clock;
  /** A fresh identifier that nobody can guess. */
  readonly newId: () => string;
};

/** How many resources of one class a record names. */
const NAMED_RESOURCES = 20;

type ClassOfRequest = {
  readonly record: DecisionRecord;
  readonly resources: ResourceRef[];
  /** The resources that it covers, each once however often it is asked about. */
  readonly covered: Set<string>;
  /** How long the staged bundle took for it; null when the other decided. */
  readonly stagedMs: number | null;
};

/**
 * The decisions of one request, at one instant and under one bundle; while one is rolled out, each home under its own.
 * Resources whose facts are equal form a class, which is decided once. `decide` is synchronous and changes nothing; no
 * answer may leave before `record` resolved.
 */
export class RequestDecisions {
  readonly #ports: DecidePorts;
  readonly #now: number;
  readonly #inForce: InForce;
  /** Held from the beginning: a stage that begins or ends meanwhile changes nothing under way. */
  readonly #staged: (StagedBundle & { readonly inForce: InForce }) | null;
  readonly #id: string;
  readonly #askings = new Dictionary<Asking>();
  /** The digests of askings by the object itself: a caller asks the same of many resources. */
  readonly #digestOfAsking = new Map<Asking, number>();
  readonly #placed = new Dictionary<Placed>();
  readonly #classes = new Map<string, ClassOfRequest>();
  readonly #homes = new Map<string, { readonly digest: number; readonly placed: Placed }>();
  #decided = 0;

  constructor(ports: DecidePorts) {
    this.#ports = ports;
    this.#now = ports.clock.now();
    this.#inForce = ports.bundle.at(this.#now);
    const { staged = null } = ports;
    this.#staged = staged && { ...staged, inForce: staged.bundle.at(this.#now) };
    this.#id = ports.newId();
  }

  decide(asking: Asking, resource: ResourceRef): AskedDecision {
    const { graph } = this.#ports;
    const home = homeOf(graph, resource);
    const ofAsking = this.#digest(asking);
    const ofHome = this.#readHome(ofAsking, asking, home);
    const ofResource = readResource(graph, home, resource, asking);
    const key = `${ofAsking}/${ofHome.digest}/${this.#placed.digest(ofResource)}`;
    let known = this.#classes.get(key);
    if (!known) {
      const input = toInput([...readRequest(asking, this.#now), ...ofHome.placed, ...ofResource]);
      known = { ...this.#decideClass(asking, input), resources: [], covered: new Set() };
      this.#classes.set(key, known);
    }
    cover(known, resource);
    return known.record;
  }

  /**
   * Writes down what was decided since the last call that resolved. What is decided later is another record, also of a
   * class that was written down: a record names all that it covers.
   */
  async record(): Promise<void> {
    const fresh = [...this.#classes];
    if (fresh.length === 0) return;
    await this.#ports.records.append(
      fresh.map(([, { record, resources, covered }]) => ({ ...record, resources, resourceCount: covered.size })),
    );
    for (const [key, { record, covered, stagedMs }] of fresh) {
      this.#classes.delete(key);
      if (stagedMs !== null) this.#staged?.watch({ decision: record, cells: covered.size, ms: stagedMs });
    }
  }

  /** How many classes were decided. */
  get classes(): number {
    return this.#decided;
  }

  #digest(asking: Asking): number {
    let digest = this.#digestOfAsking.get(asking);
    if (digest === undefined) {
      digest = this.#askings.digest(asking);
      this.#digestOfAsking.set(asking, digest);
    }
    return digest;
  }

  #readHome(ofAsking: number, asking: Asking, home: HomeNode) {
    // Areas are read as empty homes, which have no ids.
    const key = `${ofAsking}/${home.home.id}/${home.home.area}`;
    let read = this.#homes.get(key);
    if (!read) {
      const { graph } = this.#ports;
      const placed = [...readHome(graph, home, asking), ...readPair(graph, home, asking)];
      read = { digest: this.#placed.digest(placed), placed };
      this.#homes.set(key, read);
    }
    return read;
  }

  #decideClass(asking: Asking, input: PolicyInput): Pick<ClassOfRequest, 'record' | 'stagedMs'> {
    const { bundle } = this.#ports;
    if (this.#staged === null || !isStaged(input)) {
      const decided = decideInput(input, this.#inForce);
      return { record: this.#newRecord(asking, input, decided, bundle), stagedMs: null };
    }
    const began = performance.now();
    const decided = decideInput(input, this.#staged.inForce);
    const stagedMs = performance.now() - began;
    return { record: this.#newRecord(asking, input, decided, this.#staged.bundle), stagedMs };
  }

  #newRecord(
    asking: Asking,
    input: PolicyInput,
    decided: ReturnType<typeof decideInput>,
    bundle: Bundle,
  ): DecisionRecord {
    this.#decided += 1;
    return {
      id: `${this.#id}-${this.#decided}`,
      ...decided,
      bundle: bundle.id,
      at: new Date(this.#now).toISOString(),
      asking,
      input,
      resources: [],
      resourceCount: 0,
    };
  }
}

function cover({ resources, covered }: ClassOfRequest, resource: ResourceRef): void {
  const { type } = resource;
  const place = 'home' in resource ? resource.home : resource.area;
  covered.add(
    type === 'property' ? `${place}\n${resource.device}\n${resource.property}` : `${type}\n${place}\n${resource.id}`,
  );
  if (covered.size > resources.length && resources.length < NAMED_RESOURCES) resources.push(resource);
}
