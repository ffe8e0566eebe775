import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DecisionRecords } from '../../engine/Decision.ts';

/** What `/metrics` tells, in the format of Prometheus. It holds counts and durations, and no ids. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the metrics of one server. Each has a registry of its own, so that tests can run several servers. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    messages: new Counter({ name: 'twinward_messages_total', help: 'Messages of devices taken in', registers }),
    deadLetters: new Counter({
      name: 'twinward_dead_letters_total',
      help: 'Messages, or parts of one, that could not be taken in',
      labelNames: ['code'],
      registers,
    }),
    decisions: new Counter({
      name: 'twinward_decisions_total',
      help: 'Cells decided, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    classes: new Counter({
      name: 'twinward_decision_classes_total',
      help: 'Classes decided: cells with equal facts are decided once in a request',
      registers,
    }),
    decisionLog: new Counter({
      name: 'twinward_decision_log_events_total',
      help: 'Events of the decision log, by whether they were delivered or dropped',
      labelNames: ['what'],
      registers,
    }),
    requests: new Histogram({
      name: 'twinward_request_duration_seconds',
      help: 'How long requests took, by endpoint and status',
      labelNames: ['endpoint', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    refused: new Counter({
      name: 'twinward_requests_refused_total',
      help: 'Requests refused before anything was read, by code',
      labelNames: ['code'],
      registers,
    }),
    alarms: new Counter({
      name: 'twinward_alarms_raised_total',
      help: 'Alarms raised, by kind, those of drills apart',
      labelNames: ['kind', 'drill'],
      registers,
    }),
    streams: new Gauge({ name: 'twinward_streams', help: 'Subscriptions that are open now', registers }),
  };
}

/** Counts what is written down, outside of deciding: a wrapper around the port that keeps decisions. */
export function countingRecords(records: DecisionRecords, { decisions, classes }: Metrics): DecisionRecords {
  return {
    find: (id) => records.find(id),
    async append(appended) {
      await records.append(appended);
      classes.inc(appended.length);
      for (const { outcome, resourceCount } of appended) decisions.inc({ outcome }, resourceCount);
    },
  };
}
