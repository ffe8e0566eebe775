import { placeOf, zoneOf } from '../../../twin/graph/placeOf.ts';
import { DAYS } from '../../facts/timeWindows.ts';
import { offsetMs } from '../duration.ts';
import type { SunEvent } from '../Rule.ts';
import { aboutOf } from '../RuleEvent.ts';
import { LocalClock } from '../time/LocalClock.ts';
import { minutesOf } from '../time/minutesOf.ts';
import { sunOn } from '../time/sun.ts';
import { homeOf } from './about.ts';
import type { RuleFact } from './RuleFact.ts';

const TIME = { $ref: '#/definitions/time' } as const;
const SUN = { type: 'string', enum: ['sunrise', 'sunset'] } as const;
const OFFSET = { $ref: '#/definitions/offset' } as const;

/** Facts about when something happened, by the clock and the sun of the home. */
export const timeFacts = {
  local_time: {
    doc: "Whether the clock on the home's wall shows a time from one until just before another, past midnight when the first is the later one.",
    reads: ['clock'],
    params: {
      between: {
        type: 'array',
        minItems: 2,
        maxItems: 2,
        items: TIME,
        description: 'The two times, such as `["22:00", "06:00"]`',
      },
    },
    required: ['between'],
    value: { type: 'boolean' },
    prepare({ between }) {
      const [from, until] = (between as readonly string[]).map(minutesOf) as [number, number];
      return (event, { graph }) => {
        const home = homeOf(event, graph);
        if (!home) return null;
        const minute = LocalClock.of(zoneOf(graph, home)).minuteAt(aboutOf(event).at);
        return from <= until ? from <= minute && minute < until : from <= minute || minute < until;
      };
    },
  },
  weekday: {
    doc: "Which day of the week the home's calendar shows.",
    reads: ['clock'],
    params: {},
    required: [],
    words: DAYS,
    prepare:
      () =>
      (event, { graph }) => {
        const home = homeOf(event, graph);
        return home && LocalClock.of(zoneOf(graph, home)).weekdayAt(aboutOf(event).at);
      },
  },
  sun: {
    doc: 'Whether the sun has risen or set where the home stands, on the date there. `after` sunset and `before` sunrise together are the night, across midnight. A sun that is up all day has risen and does not set; one that is down all day has set and does not rise. Null where nobody said where the home stands.',
    reads: ['clock', 'twin'],
    params: {
      after: { ...SUN, description: 'From this on' },
      before: { ...SUN, description: 'Until just before this' },
      after_offset: { ...OFFSET, description: 'So much later than `after`, earlier with a minus' },
      before_offset: { ...OFFSET, description: 'So much later than `before`, earlier with a minus' },
    },
    required: [],
    value: { type: 'boolean' },
    prepare({ after, before, after_offset: afterOffset, before_offset: beforeOffset }) {
      const [later, earlier] = [offsetMs(afterOffset), offsetMs(beforeOffset)];
      return (event, { graph }) => {
        const home = homeOf(event, graph);
        const place = home && placeOf(graph, home);
        if (!place) return null;
        const { at } = aboutOf(event);
        const sun = sunOn(place, at);
        const from = after === undefined ? Number.NEGATIVE_INFINITY : sun[after as SunEvent] + later;
        const until = before === undefined ? Number.POSITIVE_INFINITY : sun[before as SunEvent] + earlier;
        // Across midnight when the first is the later one on a date.
        return from > until && after !== undefined && before !== undefined
          ? from <= at || at < until
          : from <= at && at < until;
      };
    },
  },
} as const satisfies Readonly<Record<string, RuleFact>>;
