/** Where a topic of the bus lies: in which home, and under which name there. */
export type TopicPlace = {
  readonly home: string;
  /** The topic below `homes/<home>/`. */
  readonly topic: string;
  /** Whether it was written without its home, as `zigbee2mqtt/...`. */
  readonly bare: boolean;
};

const HOMES = 'homes/';
const BARE = 'zigbee2mqtt/';
const BRIDGE_REQUEST = `${BARE}bridge/request/`;
/** What Zigbee2MQTT acts on when it stands below a device's name; attributes may follow it. */
const COMMAND = /^[^/]*\/.+?\/(?:set|get)(?:\/|$)/;

/**
 * The place of a topic, or of a filter whose home is spelled out; null when it lies in no home.
 *
 * The bare `zigbee2mqtt/` belongs to `bareTopicsHome`; with null there it lies in no home.
 */
export function placeTopic(topic: string, bareTopicsHome: string | null): TopicPlace | null {
  if (topic.startsWith(HOMES)) {
    const end = topic.indexOf('/', HOMES.length);
    const home = end < 0 ? '' : topic.slice(HOMES.length, end);
    const rest = topic.slice(end + 1);
    return isHomeId(home) && rest !== '' ? { home, topic: rest, bare: false } : null;
  }
  const isBare = bareTopicsHome !== null && topic.startsWith(BARE) && topic.length > BARE.length;
  return isBare ? { home: bareTopicsHome, topic, bare: true } : null;
}

/** Whether a name can stand for a home in a topic: no separator, wildcard or null character, and not empty. */
export function isHomeId(home: string): boolean {
  return home !== '' && !/[/+#\0]/.test(home);
}

/**
 * What a client that is not Twinward may not say: `command.foreign` when the topic below a home tells a device to do
 * something, `request.foreign` when it tells its bridge to, and null for a report. Zigbee2MQTT acts on `set` and `get`
 * wherever they stand below a device's name, so a device whose own name holds such a part cannot report.
 */
export function foreignCode(topic: string): 'command.foreign' | 'request.foreign' | null {
  if (topic.startsWith(BRIDGE_REQUEST)) return 'request.foreign';
  return COMMAND.test(topic) ? 'command.foreign' : null;
}

/** Whether a filter of MQTT 3.1.1 matches a topic; both are given as their levels. */
export function matchesFilter(filter: readonly string[], topic: readonly string[]): boolean {
  for (const [level, wanted] of filter.entries()) {
    if (wanted === '#') return true;
    const name = topic[level];
    if (name === undefined || (wanted !== '+' && wanted !== name)) return false;
  }
  return filter.length === topic.length;
}
