import type { LiveTwin } from '../../engine/LiveTwin.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import type { Change } from '../../twin/changes.ts';
import { demoWorld } from './demoWorld.ts';

/** A generated city, handed in by whoever may import one. */
export type DemoCity = {
  readonly size: number;
  readonly areas: readonly Change[];
  home(index: number): readonly Change[];
};

/** One transaction: a first start that is killed leaves an empty folder, not half a city. */
export async function populate(twin: LiveTwin<AuditEntry>, city: DemoCity, now: number): Promise<void> {
  const changes: Change[] = [...city.areas];
  for (let index = 0; index < city.size; index += 1) changes.push(...city.home(index));
  for (const change of changes) twin.graph.apply(change);
  const building = changes.find((change) => change.kind === 'home_added')!.home.area;
  const world = demoWorld({ graph: twin.graph, building, now });
  for (const change of world) twin.graph.apply(change);
  await twin.keep({ changes: [...changes, ...world] });
}
