import { describe, expect, it } from 'vitest';
import { dueChanges } from '../../engine/timers.ts';
import { deviceType } from '../../twin/devices/index.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { NOW, TestWorld } from '../testWorld.ts';
import { DEMO_ROLES } from './demoAccounts.ts';
import { DEMO_HOME, demoWorld, RENTED_HOME } from './demoWorld.ts';

describe('the demo', () => {
  const { graph } = new TestWorld(null);

  it('has an account of each role at the stated tier', () => {
    for (const [role, tier] of Object.entries(DEMO_ROLES)) {
      expect(graph.accounts.get(role), role).toMatchObject({ tier, roles: [role] });
    }
  });

  it('has a home whose resident lives in it, and one with an active lease', () => {
    expect([...graph.home(DEMO_HOME).people.get('demo-person-resident')!]).toEqual(['owner', 'resident']);
    expect(graph.home(RENTED_HOME).leases.get('demo-lease')?.state).toBe('active');
  });

  it('has devices of models that the catalogue knows, in rooms that exist', () => {
    for (const { device } of graph.home(RENTED_HOME).devices.values()) {
      expect(deviceType(device.model), device.model).toBeDefined();
      expect(graph.home(RENTED_HOME).rooms.has(device.room!)).toBe(true);
    }
  });

  it('leaves nothing due: what it says holds at its start', () => {
    expect(dueChanges(graph, NOW)).toEqual([]);
  });

  it('needs a building of a city', () => {
    expect(() => demoWorld({ graph: new TwinGraph(), building: 'nowhere', now: NOW })).toThrow(
      expect.objectContaining({ code: 'config:demo.area_missing' }),
    );
  });
});
