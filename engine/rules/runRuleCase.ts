import type { Change } from '../../twin/changes.ts';
import { NO_HOUSEHOLD } from '../../twin/graph/Household.ts';
import { moveAlarm } from '../../twin/lifecycles/moveAlarm.ts';
import type { HomeMode } from '../../twin/words.ts';
import { duration } from './duration.ts';
import type { RuleCase, RuleCaseMessage, WantedAlarm, WantedCommand, WantedNotice } from './loadRuleCases.ts';
import { type RehearsalOptions, RehearsedHome } from './RehearsedHome.ts';

export type RuleCaseOutcome = {
  readonly alarms: readonly WantedAlarm[];
  readonly commands: readonly WantedCommand[];
  readonly notices: readonly WantedNotice[];
  readonly mode: HomeMode;
  readonly failures: readonly string[];
};

const START = Date.parse('2026-03-06T00:00:00.000Z');
const BY = { by: 'case', at: new Date(START).toISOString() } as const;
const encoder = new TextEncoder();

/** Plays a case through a home and tells every alarm and command that came of it, in the words of the case. */
export async function runRuleCase({ given, messages }: RuleCase, options: RehearsalOptions): Promise<RuleCaseOutcome> {
  const home = new RehearsedHome(options);
  home.apply([...settingOf(home.home, given)]);
  await home.receive(listing(given.devices));
  for (const pack of given.packs ?? []) {
    await home.change([{ kind: 'pack_switched', home: home.home, pack, on: true, parameters: {}, ...BY }]);
  }
  for (const message of messages) await play(home, message);
  const { devices } = home.graph.home(home.home);
  const nameOf = (id: string | null) => devices.get(id ?? '')?.name ?? String(id);
  return {
    alarms: home.alarms.map(({ alarm, state }) => {
      const at = sinceStart(Date.parse(alarm.raisedAt));
      const { measured } = alarm;
      return { kind: alarm.kind, device: nameOf(alarm.device), at, state, ...(measured && { measured }) };
    }),
    commands: home.commands.map(({ device, property, value }) => ({ device: nameOf(device), property, value })),
    notices: home.notices.map(({ to, text }) => ({ to, text })),
    mode: (home.graph.home(home.home).household ?? NO_HOUSEHOLD).mode,
    failures: home.failures,
  };
}

/** What is so in a home before anything happens. */
function* settingOf(
  home: string,
  { place, occupancy, flags = [], residents = [] }: RuleCase['given'],
): Generator<Change> {
  if (place) yield { kind: 'home_placed', home, place };
  if (occupancy) yield { kind: 'occupancy_changed', home, occupancy };
  for (const flag of flags) yield { kind: 'home_flagged', home, flag, on: true };
  for (const [index, ageBand] of residents.entries()) {
    const id = `resident-${index}`;
    yield { kind: 'person_added', person: { id, ageBand } };
    yield { kind: 'relation_added', subject: id, relation: 'resident', object: home };
  }
}

async function play(home: RehearsedHome, message: RuleCaseMessage): Promise<void> {
  const now = START + duration(message.at);
  if ('sweep' in message) await home.wait(now);
  else if ('alarm' in message) {
    const alarm = home.alarms.findLast((each) => each.alarm.kind === message.alarm)?.alarm.id ?? message.alarm;
    home.apply([moveAlarm(home.graph, { home: home.home, alarm, event: message.event, by: 'case' })]);
  } else if ('mode' in message) {
    await home.wait(now);
    const at = new Date(now).toISOString();
    await home.change([{ kind: 'mode_changed', home: home.home, mode: message.mode, by: 'case', at }]);
  } else {
    const { topic, payload, seen = message.at } = message;
    // Availability carries no time of its own.
    const stamped = topic.endsWith('/availability') ? payload : { ...payload, last_seen: START + duration(seen) };
    await home.receive(encode(`zigbee2mqtt/${topic}`, stamped, now));
  }
}

/** A device's address is its place in the case. */
function addressAt(index: number): string {
  return `0x${index.toString(16).padStart(16, '0')}`;
}

/** The list of devices as a bridge tells it. */
function listing(devices: Readonly<Record<string, string>>) {
  const listed = Object.entries(devices).map(([name, model], index) => ({
    ieee_address: addressAt(index),
    type: 'EndDevice',
    friendly_name: name,
    supported: true,
    definition: { model, vendor: 'of the case' },
  }));
  return encode('zigbee2mqtt/bridge/devices', listed, START);
}

function encode(topic: string, payload: unknown, receivedAt: number) {
  return { topic, payload: encoder.encode(JSON.stringify(payload)), receivedAt };
}

/** An instant as the shortest duration since the start: `PT1H1M30S`. */
function sinceStart(instant: number): string {
  const seconds = (instant - START) / 1000;
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor((seconds % 3600) / 60), 'M'],
    [seconds % 60, 'S'],
  ] as const;
  return `PT${parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join('') || '0S'}`;
}
