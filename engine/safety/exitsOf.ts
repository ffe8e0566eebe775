import type { Alarm } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { CommandNode } from '../../twin/graph/HomeCommands.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { FIRE_KINDS } from '../../twin/words.ts';

/** A lock and the home that it belongs to: common doors of a building are a home of nobody's. */
export type Exit = { readonly home: string; readonly device: string };

/** The exits of the building in which a fire is, which it opens; none for other alarms and for those of drills. */
export function exitsOf(graph: TwinGraph, { kind, home, drill }: Alarm): readonly Exit[] {
  const area = graph.homes.get(home)?.home.area;
  if (area === undefined || drill !== undefined || !FIRE_KINDS.includes(kind)) return [];
  return [...(graph.homesOfArea.get(area) ?? [])].flatMap((id) =>
    // The rule that raised the alarm opens those of its own home.
    id === home ? [] : exitsIn(graph, id),
  );
}

/** What holds exits open for an alarm. */
export function holdingOpen(graph: TwinGraph, { id, home }: Pick<Alarm, 'id' | 'home'>): readonly CommandNode[] {
  const area = graph.homes.get(home)?.home.area ?? '';
  return [...(graph.homesOfArea.get(area) ?? [])].flatMap((each) =>
    each === home
      ? []
      : [...(graph.commands.get(each)?.values() ?? [])].filter(({ command }) => command.alarm?.id === id),
  );
}

function exitsIn(graph: TwinGraph, home: string): readonly Exit[] {
  const { devices } = graph.home(home);
  return [...devices.values()].flatMap(({ device: { id, model }, state }) =>
    state !== 'retired' && deviceType(model)?.isExit ? [{ home, device: id }] : [],
  );
}
