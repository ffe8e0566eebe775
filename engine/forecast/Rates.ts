/** What can be said to happen so and so often, by the lifecycle and its event. What each is counted by stands in `inTime.ts`. */
export const RATE_NAMES = [
  'alarm.gas_leak',
  'alarm.carbon_monoxide',
  'alarm.smoke',
  'alarm.water_leak',
  'alarm.wrong_lock_codes',
  'consent.give',
  'consent.withdraw',
  'device.fail',
  'device.go_offline',
  'emergency_access.open',
  'lease.end',
  'lease.sign',
] as const;
export type RateName = (typeof RATE_NAMES)[number];

/** What can be said to take so and so long. */
export const DELAY_NAMES = [
  'alarm.acknowledge',
  'alarm.handle',
  'alarm.reset',
  'consent.term',
  'device.come_online',
  'device.repair',
  'emergency_access.confirm',
  'emergency_access.term',
  'lease.start',
  'lease.term',
] as const;
export type DelayName = (typeof DELAY_NAMES)[number];

/** How often something happens: times a year for each thing that it can happen to, and who says so. */
export type Rate = { readonly yearly: number; readonly source: string };
/** How long something takes, an ISO 8601 duration: on average where it varies, just so where it is a term. */
export type Delay = { readonly after: string; readonly source: string };

export type Rates = {
  readonly rates: Readonly<Record<RateName, Rate>>;
  readonly delays: Readonly<Record<DelayName, Delay>>;
};
