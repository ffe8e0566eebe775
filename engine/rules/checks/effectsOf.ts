import { canonicalJson } from '../../canonicalJson.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import type { Rule } from '../Rule.ts';

/** What a rule wants done, wherever in the rule it is written. */
export type WantedEffect = {
  readonly kind: string;
  readonly path: DataPath;
  /** Everything that it says. */
  readonly says: Readonly<Record<string, unknown>>;
};

/** A command that a rule gives: to every device of a kind, or to one by its name; in one room or in all. */
export type WantedCommand = {
  readonly path: DataPath;
  /** Whether it is a signal, which each model has its own commands for; the property is `signal` then. */
  readonly isSignal: boolean;
  readonly devices: string | undefined;
  readonly device: string | undefined;
  readonly room: string | undefined;
  readonly property: string;
  readonly value: unknown;
  /** Whether values of facts stand in it, which are known only when it happens. */
  readonly isOpen: boolean;
  /** How long after the event, as it is written. */
  readonly after: string | undefined;
};

/** Everything that a rule wants done: the alarm and what is linked to it, or its effects one by one. */
export function effectsOf({ event }: Pick<Rule, 'event'>): readonly WantedEffect[] {
  const params = event.params as Readonly<Record<string, unknown>>;
  const at: DataPath = ['event', 'params'];
  if (event.type === 'raise_alarm') {
    const commands = listOf(params['commands']);
    return [
      { kind: 'alarm', path: [...at, 'alarm'], says: { alarm: params['alarm'] } },
      ...commands.map((says, index) => ({ kind: 'command', path: [...at, 'commands', index], says })),
    ];
  }
  return listOf(params['effects']).map((says, index) => {
    return { kind: String(says['kind']), path: [...at, 'effects', index], says };
  });
}

/** The commands among what a rule wants done. */
export function commandsOf(effects: readonly WantedEffect[]): readonly WantedCommand[] {
  return effects
    .filter(({ kind }) => kind === 'command')
    .map(({ path, says: { devices, device, room, property, value, after, signal, with: said } }) => ({
      path,
      isSignal: signal !== undefined,
      devices: textOf(devices),
      device: textOf(device),
      room: textOf(room),
      property: signal === undefined ? String(property) : 'signal',
      value: signal ?? value,
      isOpen: said !== undefined,
      after: textOf(after),
    }));
}

/** Where in an effect stands what it is about: problems of it are told there. */
export function heartOf({ kind, says, path }: WantedEffect): DataPath {
  const member = kind === 'command' && says['signal'] !== undefined ? 'signal' : HEARTS[kind];
  return member === undefined || path.at(-1) === member ? path : [...path, member];
}
const HEARTS: Readonly<Record<string, string>> = {
  command: 'value',
  alarm: 'alarm',
  share: 'purpose',
  set_mode: 'mode',
  run_scene: 'scene',
};

/** An effect as text, equal for those that do the same. */
export function effectText({ kind, says }: WantedEffect): string {
  return canonicalJson({ ...says, kind });
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
