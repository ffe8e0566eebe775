import type { RequestFact } from './Fact.ts';
import { factSettings } from './factSettings.ts';
import { windowsInForce } from './timeWindows.ts';

const windowsAt = windowsInForce(factSettings.timeWindows);

const tier: RequestFact = {
  scope: 'request',
  path: ['subject', 'tier'],
  origin: 'the tier of the account',
  read: ({ subject }) => subject.tier,
};

const organisation: RequestFact = {
  scope: 'request',
  path: ['subject', 'organisation'],
  origin: 'the kind of organisation that the account acts for',
  read: ({ subject }) => subject.organisation?.kind ?? null,
};

const roles: RequestFact = {
  scope: 'request',
  path: ['subject', 'roles'],
  origin: 'the roles of the account',
  read: ({ subject }) => [...new Set(subject.roles)].sort(),
};

const assurance: RequestFact = {
  scope: 'request',
  path: ['subject', 'assurance'],
  origin: 'how surely the account is who it says',
  read: ({ subject }) => subject.assurance,
};

const multiFactor: RequestFact = {
  scope: 'request',
  path: ['subject', 'multi_factor'],
  origin: 'whether the account showed a second factor',
  read: ({ subject }) => subject.multiFactor,
};

const ageBand: RequestFact = {
  scope: 'request',
  path: ['subject', 'age_band'],
  origin: 'the age band of the person whose account it is',
  read: ({ subject }) => subject.ageBand ?? null,
};

const action: RequestFact = {
  scope: 'request',
  path: ['action'],
  origin: 'the request',
  read: (asking) => asking.action,
};

const purpose: RequestFact = {
  scope: 'request',
  path: ['purpose'],
  origin: 'the request',
  read: (asking) => asking.purpose,
};

const timeWindows: RequestFact = {
  scope: 'request',
  path: ['context', 'time_windows'],
  origin: 'named windows in force now',
  read: (_asking, now) => windowsAt(now),
};

const channel: RequestFact = {
  scope: 'request',
  path: ['context', 'channel'],
  origin: 'the door that the request came through',
  read: (asking) => asking.channel,
};

const residency: RequestFact = {
  scope: 'request',
  path: ['context', 'residency'],
  origin: 'where the answer goes: doors of this release answer inside the country only',
  read: () => 'domestic',
};

export const requestFacts: readonly RequestFact[] = [
  tier,
  organisation,
  roles,
  assurance,
  multiFactor,
  ageBand,
  action,
  purpose,
  timeWindows,
  channel,
  residency,
];
