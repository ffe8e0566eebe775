import { expect, it } from 'vitest';
import type { Change } from '../changes.ts';
import { TwinGraph } from '../graph/TwinGraph.ts';
import { upcast, versionOf } from '../stores/upcast.ts';
import { assertNoneStranded, type StateMigrations, stateSteps, strandedIn } from './migrate.ts';

/** A lifecycle whose states had other names twice. */
const migrations: StateMigrations = {
  device_transitioned: [{ present: 'available' }, { available: 'online', gone: 'offline' }],
};
const upcasters = { device_transitioned: stateSteps('device_transitioned', migrations) };
const stored = (to: string) => ({ kind: 'device_transitioned', home: 'h', device: 'd', to });

function home(...changes: readonly Change[]): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'vacant' } });
  for (const id of ['d', 'e']) {
    const device = {
      id,
      home: 'h',
      room: null,
      address: id,
      name: id,
      vendor: 'v',
      model: 'm',
      trust: 'normal',
    } as const;
    graph.apply({ kind: 'device_registered', device });
  }
  for (const change of changes) graph.apply(change);
  return graph;
}

it('folds a state under the name that it has today, whichever version wrote it', () => {
  expect(versionOf('device_transitioned', upcasters)).toBe(3);
  const names = [
    upcast(stored('present'), 1, upcasters),
    upcast(stored('available'), 2, upcasters),
    upcast(stored('gone'), 2, upcasters),
    upcast(stored('online'), 3, upcasters),
  ].map((change) => (change as Extract<Change, { kind: 'device_transitioned' }>).to);
  expect(names).toEqual(['online', 'online', 'offline', 'online']);
  const graph = home(upcast(stored('present'), 1, upcasters));
  expect(graph.device('h', 'd').state).toBe('online');
  expect(() => assertNoneStranded(graph)).not.toThrow();
});

it('leaves alone a word of today that an older version used for something else', () => {
  // Version 3 may call something `gone` again: only what older versions wrote is renamed.
  expect(upcast(stored('gone'), 3, upcasters)).toMatchObject({ to: 'gone' });
});

it('refuses by name a twin in which things are in a state that was taken out, and says which things', () => {
  const removed = { ...stored('dormant') } as unknown as Change;
  const graph = home(removed, { ...removed, device: 'e' } as Change);
  expect(() => assertNoneStranded(graph)).toThrow(
    expect.objectContaining({
      code: 'store:state.removed',
      message: 'this program has no state `dormant` of `device`, and `d`, `e` are in it',
      hint: expect.stringContaining('start the version that wrote it'),
    }),
  );
});

it('takes a twin whose things have left the state that was taken out', () => {
  const graph = home(stored('dormant') as unknown as Change, stored('online') as Change);
  expect(() => assertNoneStranded(graph)).not.toThrow();
});

it('tells which things other lifecycles would strand', () => {
  const graph = home(stored('online') as Change);
  expect(strandedIn(graph, (name) => (name === 'device' ? ['registered', 'offline'] : undefined))).toEqual([
    { lifecycle: 'device', state: 'online', things: ['d'] },
  ]);
});
