import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { readLabels, readRecording } from '../../twin/testdata/readRecording.ts';

/** Something that was heard, as the twin's dialect says it; `at` in milliseconds since 1970. */
type Heard = { readonly at: number; readonly topic: string; readonly payload: Uint8Array };
/** Something that went on, told by people who looked. */
export type Incident = {
  readonly devices: readonly string[];
  readonly kind: string;
  readonly from: number;
  readonly until: number;
};

/** What sensors of one place said for a while, and what people saw in it. */
export type Recording = {
  readonly name: string;
  readonly timeZone: string;
  readonly heard: readonly Heard[];
  /** What rules are to raise; whatever else they raise is false. */
  readonly incidents: readonly Incident[];
};

type Line = { readonly t: string; readonly topic: string; readonly payload: Readonly<Record<string, number>> };
type Label = { readonly t: string; readonly until: string; readonly kind: string; readonly topic: string };
/** How a message of the source is one of the twin: which device said what. */
type Said = { readonly device: string; readonly model: string; readonly values: Readonly<Record<string, number>> };

const ZIGBEE = 'zigbee2mqtt/';
/** What ingest has to take right rather than rules have to raise: nothing is to come of it. */
const OF_INGEST = new Set([
  'secret_on_bus',
  'renamed',
  'bridge_restart',
  'malformed',
  'device_joined',
  'device_left',
  'glitch',
  'duplicate',
  'out_of_order',
]);

/** Two days of an invented home behind Zigbee2MQTT. */
export function zigbeeHome(): Recording {
  return {
    name: 'zigbee2mqtt-home',
    timeZone: '+01:00',
    heard: readRecording(),
    incidents: readLabels()
      .filter(({ kind }) => !OF_INGEST.has(kind))
      .map((label) => incident(label, label.topic.slice(ZIGBEE.length).replace(/\/set$/, ''))),
  };
}

/** A week of a real house, in which nothing went wrong. */
export function energyHouse(): Recording {
  return {
    name: 'energy-house',
    timeZone: '+01:00',
    heard: inDialect(readLines<Line>('energy-house'), ofHouse),
    incidents: [],
  };
}

/** Two months of roads. */
export function cityTraffic(): Recording {
  return {
    name: 'city-traffic',
    timeZone: 'UTC',
    heard: inDialect(readLines<Line>('city-traffic'), ofRoad),
    incidents: labels().flatMap((label) =>
      label.topic.startsWith('city/') ? [incident(label, ofRoad({ ...label, payload: {} }).device)] : [],
    ),
  };
}

/** Eleven months of an office. */
export function office(): Recording {
  return {
    name: 'office-temperature',
    timeZone: 'UTC',
    heard: inDialect(readLines<Line>('office-temperature'), ofOffice),
    incidents: labels().flatMap((label) => (label.topic.startsWith('buildings/') ? [incident(label, 'office')] : [])),
  };
}

function incident({ t, until, kind }: Label, device: string): Incident {
  return { devices: [device, ...besides(kind, device)], kind, from: Date.parse(t), until: Date.parse(until) };
}

/** Other devices that tell of the same: the radiator that heats beside an open window. */
function besides(kind: string, device: string): readonly string[] {
  return kind === 'window_open_while_heating' ? [device.replace(/[^/]+$/, 'radiator')] : [];
}

function labels(): readonly Label[] {
  const text = readFileSync(new URL('./city-and-office.labels.jsonl', import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Label);
}

function readLines<T>(name: string): readonly T[] {
  const text = brotliDecompressSync(readFileSync(new URL(`./${name}.jsonl.br`, import.meta.url))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** The messages in the dialect of Zigbee2MQTT, after the list of the devices that send them. */
function inDialect(lines: readonly Line[], read: (line: Line) => Said): readonly Heard[] {
  const models = new Map<string, string>();
  const heard = lines.map((line): Heard => {
    const { device, model, values } = read(line);
    models.set(device, model);
    return { at: Date.parse(line.t), topic: `${ZIGBEE}${device}`, payload: Buffer.from(JSON.stringify(values)) };
  });
  const listing = [...models].map(([name, model], index) => ({
    ieee_address: `0x${index.toString(16).padStart(16, '0')}`,
    friendly_name: name,
    type: 'EndDevice',
    definition: { model, vendor: 'recorded' },
  }));
  const first = { at: heard[0]!.at, topic: `${ZIGBEE}bridge/devices`, payload: Buffer.from(JSON.stringify(listing)) };
  return [first, ...heard];
}

const CLIMATE = 'WSDCGQ11LM';
const WEATHER = 'weather-station';
const METER = 'smart-meter';
const ROAD = 'road-sensor';
/** What of the house stands outside of it. */
const OUTDOORS: ReadonlySet<string> = new Set(['outside_north/climate', 'weather/chievres']);
/** The readings come each ten minutes. */
const WATTS_OF_WH = 6;
const KMH_OF_MPH = 1.609344;
const HPA_OF_MMHG = 1.33322;

function ofHouse({ topic, payload }: Line): Said {
  const device = topic.replace('homes/mons-1/', '');
  const { energy_wh: energy, temperature, humidity, pressure_mmhg: pressure, wind_speed } = payload;
  if (energy !== undefined) return { device, model: METER, values: { power: energy * WATTS_OF_WH } };
  if (OUTDOORS.has(device)) {
    const outdoors = { outdoor_temperature: temperature, outdoor_humidity: humidity, wind_speed };
    const values = given({ ...outdoors, pressure: pressure === undefined ? undefined : pressure * HPA_OF_MMHG });
    return { device, model: WEATHER, values };
  }
  return {
    device,
    model: CLIMATE,
    values: given({ temperature, humidity }),
  };
}

function ofRoad({ topic, payload: { value } }: Pick<Line, 'topic' | 'payload'>): Said {
  const [sensor = '', metric = ''] = topic.split('/').slice(-2);
  const known: Readonly<Record<string, (value: number) => Readonly<Record<string, number>>>> = {
    speed: (mph) => ({ traffic_speed: mph * KMH_OF_MPH }),
    occupancy: (percent) => ({ lane_occupancy: percent }),
    travel_time: (seconds) => ({ travel_time: seconds }),
  };
  const values = value === undefined ? {} : (known[metric]?.(value) ?? {});
  return { device: `${sensor}/${metric}`, model: ROAD, values };
}

function ofOffice({ payload: { value = 0 } }: Line): Said {
  return { device: 'office', model: CLIMATE, values: { temperature: ((value - 32) * 5) / 9 } };
}

function given(values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).filter((each): each is [string, number] => each[1] !== undefined));
}
