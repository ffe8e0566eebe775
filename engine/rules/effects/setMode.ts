import { NO_HOUSEHOLD } from '../../../twin/graph/Household.ts';
import { HOME_MODES, type HomeMode } from '../../../twin/words.ts';
import type { SetModeEffect } from '../Effect.ts';
import { aboutOf } from '../RuleEvent.ts';
import type { EffectType } from './EffectType.ts';

/** Another mode of the home; nothing when it is in that one already. */
export const setMode: EffectType<'set_mode', SetModeEffect> = {
  resolve: ({ mode }, { run, rule, severity, event }, id, { graph, clock }) => {
    const { home } = aboutOf(event);
    const now = (graph.home(home).household ?? NO_HOUSEHOLD).mode;
    if (mode === now || !isMode(mode)) return [];
    return [{ kind: 'set_mode', id, run, rule, severity, home, mode, at: clock.now() }];
  },
  request: ({ home }) => ({ action: 'command', resource: { type: 'home_mode', home, id: home } }),
  changes: ({ home, mode, at }) => [{ kind: 'mode_changed', home, mode, by: null, at: new Date(at).toISOString() }],
};

function isMode(text: string): text is HomeMode {
  return (HOME_MODES as readonly string[]).includes(text);
}
