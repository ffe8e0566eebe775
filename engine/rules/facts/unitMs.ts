/** Units in which facts tell how long something lasted, in milliseconds. */
export const UNIT_MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
export type UnitOfTime = keyof typeof UNIT_MS;
