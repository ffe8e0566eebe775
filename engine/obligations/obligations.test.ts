import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obligationKey, obligationTypes, parseObligation, stricterObligation } from './index.ts';
import type { Obligation } from './Obligation.ts';

const one: readonly Obligation[] = [
  { type: 'mask', method: 'suppress' },
  { type: 'coarsen_time', window: 'PT1H' },
  { type: 'coarsen_space', level: 'community' },
  { type: 'aggregate', k: 5, area: 'building', window: 'PT1H' },
  { type: 'retain_until', reference: 'basis.until' },
  { type: 'notify', who: 'tenant' },
  { type: 'audit' },
];

describe('obligations', () => {
  it.each(one)('of type $type are read as they are written', (obligation) => {
    expect(parseObligation(obligation)).toEqual(obligation);
  });

  it.each([
    [{ type: 'delete' }],
    [{ type: 'mask', method: 'blur' }],
    [{ type: 'mask' }],
    [{ type: 'audit', level: 'full' }],
    [{ type: 'coarsen_time', window: 'PT5M' }],
    [{ type: 'aggregate', k: 2, area: 'building', window: 'PT1H' }],
    [{ type: 'aggregate', k: 5.5, area: 'building', window: 'PT1H' }],
    [{ type: 'aggregate', k: 1_000_001, area: 'building', window: 'PT1H' }],
    [{ type: 'aggregate', k: '5', area: 'building', window: 'PT1H' }],
    [{ type: 'toString' }],
    ['audit'],
    [null],
  ])('such as %j are refused', (raw) => {
    expect(parseObligation(raw)).toBeNull();
  });

  it.each(one)('of type $type merged with themselves stay as they are', (obligation) => {
    expect(stricterObligation(obligation, obligation)).toEqual(obligation);
  });

  it.each<[Obligation, Obligation, Obligation]>([
    [
      { type: 'mask', method: 'generalise' },
      { type: 'mask', method: 'suppress' },
      { type: 'mask', method: 'suppress' },
    ],
    [
      { type: 'mask', method: 'pseudonymise' },
      { type: 'mask', method: 'randomise' },
      { type: 'mask', method: 'suppress' },
    ],
    [
      { type: 'coarsen_time', window: 'PT15M' },
      { type: 'coarsen_time', window: 'PT1H' },
      { type: 'coarsen_time', window: 'PT1H' },
    ],
    [
      { type: 'coarsen_space', level: 'home' },
      { type: 'coarsen_space', level: 'district' },
      { type: 'coarsen_space', level: 'district' },
    ],
    [
      { type: 'aggregate', k: 20, area: 'building', window: 'P1D' },
      { type: 'aggregate', k: 5, area: 'district', window: 'PT1H' },
      { type: 'aggregate', k: 20, area: 'district', window: 'P1D' },
    ],
  ])('%j and %j merge to %j either way round', (a, b, merged) => {
    expect(stricterObligation(a, b)).toEqual(merged);
    expect(stricterObligation(b, a)).toEqual(merged);
  });

  it('that keep until different dates do not merge', () => {
    const [a, b] = [
      parseObligation({ type: 'retain_until', reference: 'basis.until' })!,
      parseObligation({ type: 'retain_until', reference: 'lease.end' })!,
    ];
    expect(stricterObligation(a, b)).toBeNull();
  });

  it('that tell different people stand side by side', () => {
    expect(obligationKey({ type: 'notify', who: 'owner' })).not.toBe(obligationKey({ type: 'notify', who: 'tenant' }));
  });
});

/** Words and numbers that obligations are made of, right and wrong ones. */
const words = [
  ...obligationTypes.flatMap(({ type, schema }) => [
    type,
    ...Object.values(schema.properties).flatMap((member) => ('enum' in member ? member.enum : [])),
  ]),
  'blur',
];
const value = fc.oneof(
  fc.constantFrom<unknown>(...words, null, true, 2, 3, 5.5, 1e300, -0, Number.MAX_SAFE_INTEGER, '', [], {}),
  fc.integer({ min: 0, max: 1_000_001 }),
);
const members = fc.constantFrom(
  'method',
  'window',
  'level',
  'k',
  'area',
  'reference',
  'who',
  'constructor',
  '__proto__',
);
const written: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(...words), fc.array(fc.tuple(members, value), { maxLength: 4 }))
  .map(([type, entries]) =>
    JSON.parse(
      `{${[['type', type], ...entries].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`)}}`,
    ),
  );

/** Any obligation of a type: what its schema allows. */
function obligationOf(type: Obligation['type']): fc.Arbitrary<Obligation> {
  const { properties } = obligationTypes.find((each) => each.type === type)!.schema;
  const arbitraries = Object.entries(properties).map(([name, member]): [string, fc.Arbitrary<unknown>] => {
    if ('const' in member) return [name, fc.constant(member.const)];
    if ('enum' in member) return [name, fc.constantFrom(...member.enum)];
    return [name, fc.integer({ min: member.minimum, max: member.maximum })];
  });
  return fc.record(Object.fromEntries(arbitraries)) as fc.Arbitrary<Obligation>;
}

describe('the schemas of obligations', () => {
  const validators = obligationTypes.map(({ schema }) => new Ajv({ strict: false }).compile(schema));

  it('say what is accepted, as a JSON Schema validator reads them', () => {
    const agree = (raw: unknown) => {
      expect(parseObligation(raw) !== null, JSON.stringify(raw)).toBe(validators.some((validate) => validate(raw)));
    };
    fc.assert(fc.property(written, agree), { numRuns: 2_000 });
    fc.assert(fc.property(fc.oneof(...obligationTypes.map(({ type }) => obligationOf(type))), agree));
    for (const raw of [...one, null, 'audit', [], 7]) agree(raw);
  });

  it('describe each type and each of its members', () => {
    for (const { description, schema } of obligationTypes) {
      expect(description).toMatch(/^[A-Z].*\.$/);
      for (const [name, member] of Object.entries(schema.properties)) {
        if (name !== 'type') expect(member).toHaveProperty('description', expect.stringMatching(/\.$/));
      }
    }
  });
});

/** From mild to strict, told apart from how they merge. Masks have none but that `suppress` is the strictest. */
const ORDERS: Readonly<Record<string, readonly (string | number)[]>> = {
  window: ['PT15M', 'PT1H', 'P1D'],
  level: ['room', 'home', 'building', 'community', 'district'],
  area: ['building', 'community', 'street', 'district', 'city', 'province'],
};

function isMilder(a: Obligation, b: Obligation): boolean {
  return Object.entries(a).some(([name, mine]) => {
    const theirs = (b as unknown as Readonly<Record<string, string | number>>)[name]!;
    if (name === 'method') return mine !== 'suppress' && mine !== theirs;
    if (name === 'k') return (mine as number) < (theirs as number);
    const order = ORDERS[name] ?? [theirs];
    return order.indexOf(mine) < order.indexOf(theirs);
  });
}

describe('merging', () => {
  const stricter = (a: Obligation | null, b: Obligation | null) => a && b && stricterObligation(a, b);
  it.each(obligationTypes.map(({ type }) => type))(
    'two of type %s gives the same in any order and grouping, and is never milder than either',
    (type) => {
      const any = obligationOf(type);
      fc.assert(
        fc.property(any, any, any, (a, b, c) => {
          // Those of another key stay beside each other and are never merged.
          fc.pre(new Set([a, b, c].map(obligationKey)).size === 1);
          const merged = stricter(a, b);
          expect(stricter(b, a)).toEqual(merged);
          expect(stricter(a, a)).toEqual(a);
          expect(stricter(stricter(a, b), c)).toEqual(stricter(a, stricter(b, c)));
          if (merged === null) return;
          expect(parseObligation(merged)).toEqual(merged);
          expect(obligationKey(merged)).toBe(obligationKey(a));
          expect([isMilder(merged, a), isMilder(merged, b)]).toEqual([false, false]);
        }),
      );
    },
  );
});
