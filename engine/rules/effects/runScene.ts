import { deviceType } from '../../../twin/devices/index.ts';
import { valuesBefore } from '../../household/scenes.ts';
import type { CommandEffect, RunSceneEffect } from '../Effect.ts';
import { aboutOf } from '../RuleEvent.ts';
import type { EffectType } from './EffectType.ts';

/** A scene of the home, and a command for each of its values, each decided by itself; nothing when it has no such scene. */
export const runScene: EffectType<'run_scene', RunSceneEffect | CommandEffect> = {
  resolve: ({ scene: wanted }, { run, rule, severity, event, alarm = null }, id, { graph, clock }) => {
    const home = graph.home(aboutOf(event).home);
    const scene = home.household?.scenes.get(wanted)?.scene;
    if (!scene) return [];
    const from = { run, rule, severity, home: home.home.id };
    const before = valuesBefore(scene.values, home);
    return [
      { ...from, kind: 'run_scene', id, scene: scene.id, before, at: clock.now() },
      ...scene.values
        .flatMap(({ device, values }) =>
          Object.entries(values).map(([property, value]) => ({ device, property, value })),
        )
        .flatMap(({ device, property, value }, index): CommandEffect[] => {
          const node = home.devices.get(device);
          if (!node || node.state === 'retired') return [];
          const saves = deviceType(node.device.model)?.kind === 'siren';
          return [{ ...from, kind: 'command', id: `${id}.${index}`, alarm, device, property, value, saves }];
        }),
    ];
  },
  request: (effect) =>
    effect.kind === 'run_scene'
      ? { action: 'command', resource: { type: 'scene', home: effect.home, id: effect.scene } }
      : { action: 'command', resource: { type: 'property', ...effect } },
  changes: (effect) => {
    if (effect.kind !== 'run_scene') return [];
    const { home, scene, run, before, at } = effect;
    return [{ kind: 'scene_run', home, scene, run, before, by: null, at: new Date(at).toISOString() }];
  },
};
