import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALARM_KINDS, CLAIMANTS, DEVICE_KINDS } from '../../twin/words.ts';
import { arbitrate, type Claim } from './arbitrate.ts';
import { loadPrecedence, parsePrecedence } from './loadPrecedence.ts';

const { precedence, problems } = loadPrecedence(join(import.meta.dirname, '../..'));
const lock = { kind: 'lock', property: 'state' } as const;
const heater = { kind: 'actuator', property: 'state' } as const;

function claim(claimant: Claim['claimant'], value: unknown, rest: Partial<Claim> = {}): Claim {
  return { id: `${claimant} ${String(value)}`, claimant, value, priority: 1, alarm: null, turn: 0, ...rest };
}

/** Who wins, and what decided against the others. */
function verdict(claims: readonly Claim[], actuator: typeof lock | typeof heater = heater) {
  const found = arbitrate(claims, actuator, precedence)!;
  return [found.winner.id, ...found.lost.map(({ by }) => by.precedence)];
}

const anyClaims = fc
  .array(
    fc.record({
      claimant: fc.constantFrom(...CLAIMANTS),
      value: fc.constantFrom('ON', 'OFF', 'LOCK', 'UNLOCK', 3),
      priority: fc.integer({ min: 0, max: 2 }),
      alarm: fc.constantFrom(null, ...ALARM_KINDS),
      turn: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((claims) => claims.map((each, index): Claim => ({ ...each, id: `c${index}` })));
const anyActuator = fc.record({
  kind: fc.constantFrom(...DEVICE_KINDS),
  property: fc.constantFrom('state', 'brightness'),
});

describe('the precedence of the repository', () => {
  it('has nothing wrong with it', () => {
    expect(problems).toEqual([]);
    expect(precedence.order).toEqual(CLAIMANTS);
  });

  it('lets the resident have the heater, and not the grid', () => {
    expect(verdict([claim('grid', 'OFF', { turn: 5 }), claim('resident', 'ON')])).toEqual(['resident ON', 'order']);
  });

  it('lets those come out who live there, whatever freezes the door (R-12)', () => {
    const freeze = claim('landlord', 'LOCK', { turn: 9 });
    const guard = claim('security', 'LOCK', { turn: 9 });
    expect(verdict([freeze, guard, claim('resident', 'UNLOCK')], lock)).toEqual([
      'resident UNLOCK',
      'free_exit',
      'free_exit',
    ]);
    expect(verdict([claim('resident', 'LOCK', { turn: 9 }), claim('resident', 'UNLOCK')], lock)).toEqual([
      'resident LOCK',
      'newest',
    ]);
    expect(verdict([claim('resident', 'LOCK', { turn: 9 }), claim('security', 'UNLOCK')], lock)[0]).toBe(
      'security UNLOCK',
    );
  });

  it('keeps the locks open that a fire has opened, against whoever wants them closed (R-12)', () => {
    const fire = claim('life_safety', 'UNLOCK', { alarm: 'smoke' });
    const others = CLAIMANTS.map((claimant) => claim(claimant, 'LOCK', { turn: 9, priority: 9 }));
    expect(verdict([...others, fire], lock)).toEqual(['life_safety UNLOCK', ...others.map(() => 'fire_exit')]);
  });

  it('keeps a gas valve closed that safety closed, against safety too (R-13)', () => {
    const closed = claim('life_safety', 'OFF', { alarm: 'gas_leak' });
    const open = claim('life_safety', 'ON', { turn: 9, priority: 9 });
    const found = arbitrate([open, closed], { kind: 'valve', property: 'state' }, precedence)!;
    expect(found.winner).toBe(closed);
    expect(found.lost[0]?.by).toEqual({ precedence: 'gas_valve', clauses: ['RA-6.3.2-c'] });
  });

  it('lets what comes last win between commands of one claimant, and priority between those of one event', () => {
    expect(verdict([claim('resident', 'ON'), claim('resident', 'OFF', { turn: 1 })])).toEqual([
      'resident OFF',
      'newest',
    ]);
    expect(verdict([claim('resident', 'ON', { priority: 2 }), claim('resident', 'OFF')])).toEqual([
      'resident ON',
      'priority',
    ]);
    expect(verdict([claim('resident', 'ON'), claim('resident', 'OFF')])).toEqual(['resident OFF', 'id']);
  });

  it('lets those who want the same lose nothing', () => {
    expect(verdict([claim('resident', 'ON'), claim('grid', 'ON')])).toEqual(['resident ON']);
  });
});

describe('arbitrate', () => {
  it('does not mind in which order the claims stand', () => {
    fc.assert(
      fc.property(anyClaims, anyActuator, fc.infiniteStream(fc.nat()), (claims, actuator, numbers) => {
        const keys = new Map(claims.map((each) => [each, numbers.next().value as number]));
        const shuffled = claims.toSorted((a, b) => keys.get(a)! - keys.get(b)!);
        expect(arbitrate(shuffled, actuator, precedence)).toEqual(arbitrate(claims, actuator, precedence));
      }),
    );
  });

  it('never lets anybody win over life safety but life safety', () => {
    fc.assert(
      fc.property(anyClaims, anyActuator, (claims, actuator) => {
        const { winner, lost } = arbitrate(claims, actuator, precedence)!;
        if (lost.some(({ claim: { claimant } }) => claimant === 'life_safety')) {
          // Who lives there opens the door: nobody's safety asks for a locked one.
          expect(winner.claimant === 'life_safety' || winner.value === 'UNLOCK').toBe(true);
        }
      }),
    );
  });

  it('gives the actuator to the next when the winner is gone, and to nobody else', () => {
    fc.assert(
      fc.property(anyClaims, anyActuator, (claims, actuator) => {
        const { winner, lost } = arbitrate(claims, actuator, precedence)!;
        const others = claims.filter((each) => each !== winner);
        const next = arbitrate(others, actuator, precedence);
        expect(next === null).toBe(others.length === 0);
        if (!next) return;
        const together = arbitrate([winner, next.winner], actuator, precedence)!;
        expect(together.winner).toBe(winner);
        for (const { claim: each } of lost) expect(each.value).not.toEqual(winner.value);
      }),
    );
  });

  it('takes another order for an actuator that declares one', () => {
    const text = `
order: [life_safety, security, resident, landlord, community, grid]
holds: { life_safety: PT1H, security: PT1H, resident: PT1H, landlord: PT1H, community: PT1H, grid: PT1H }
resumes: []
exceptions:
  - id: charger
    title: A charger follows the grid
    clauses: []
    properties: [charging]
    order: [life_safety, security, grid, resident, landlord, community]
`;
    const declared = parsePrecedence(text, 'precedence.yaml');
    expect(declared.problems).toEqual([]);
    const claims = [claim('resident', 'ON', { turn: 1 }), claim('grid', 'OFF')];
    const at = (property: string) => arbitrate(claims, { kind: 'actuator', property }, declared.precedence)!;
    expect(at('charging').winner.claimant).toBe('grid');
    expect(at('charging').lost[0]?.by.precedence).toBe('charger');
    expect(at('state').winner.claimant).toBe('resident');
  });
});

describe('a declaration of precedence', () => {
  const good = `
order: [life_safety, security, resident, landlord, community, grid]
holds: { life_safety: PT1H, security: PT1H, resident: PT1H, landlord: PT1H, community: PT1H, grid: PT1H }
resumes: []
exceptions:
  - { id: a, title: A, clauses: [], first: true }
`;
  it.each([
    ['order: [life_safety, security,', 'order: [security, life_safety,', 'rule:precedence.invalid', 2],
    ['grid]\n', ']\n', 'rule:schema.invalid', 2],
    ['grid: PT1H', 'grid: P1M', 'rule:precedence.invalid', 3],
    ['grid: PT1H', 'grids: PT1H', 'rule:schema.invalid', 3],
    ['first: true', 'frist: true', 'rule:schema.invalid', 6],
    [
      'first: true',
      'claimants: [grid], order: [life_safety, security, grid, resident, landlord, community]',
      'rule:precedence.invalid',
      6,
    ],
    ['first: true }', 'first: true }\n  - { id: a, title: A, clauses: [] }', 'rule:precedence.invalid', 7],
    ['resumes: []', 'resumes: [', 'rule:yaml.invalid', 5],
  ])('is refused with the place: %s as %s', (from, to, code, line) => {
    expect(good).toContain(from);
    const found = (() => {
      try {
        return parsePrecedence(good.replace(from, to), 'precedence.yaml').problems;
      } catch (error) {
        return [error as { readonly code: string; readonly place?: { readonly line?: number } }];
      }
    })();
    expect(found[0]).toMatchObject({ code });
    expect(found[0]?.place?.line).toBe(line);
  });
});
