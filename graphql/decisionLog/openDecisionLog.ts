import type { Logger } from 'pino';
import type { Clock } from '../../engine/Clock.ts';
import type { DecisionRecord, DecisionRecords } from '../../engine/Decision.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Metrics } from '../http/createMetrics.ts';
import { decisionEvent, type EventOptions } from './decisionEvent.ts';
import { EventQueue } from './EventQueue.ts';
import { masked, readMasks, STANDARD_MASKS } from './eventMasks.ts';
import { fileTarget, httpTarget } from './targets.ts';

/** Where the decision log goes: a file, or a URL of http or https; and what is left out of it. */
export type DecisionLogOptions = {
  readonly target: string;
  /** A file of masks in the place of the standard ones. */
  readonly masks: string | null;
  readonly token: string | null;
};

type Ports = EventOptions & { readonly clock: Clock; readonly log: Logger; readonly metrics: Metrics };

/** The decision log of a server: decisions go there once they are recorded, and never wait for it. */
export type OpenDecisionLog = {
  readonly wrap: (records: DecisionRecords) => DecisionRecords;
  readonly close: () => Promise<void>;
};

/** Opens the decision log. Throws `config:decision_log.invalid` and `config:decision_log.masks_invalid`. */
export function openDecisionLog({ target, masks, token }: DecisionLogOptions, ports: Ports): OpenDecisionLog {
  const hidden = masks === null ? STANDARD_MASKS : readMasks(masks);
  const { clock, log, metrics } = ports;
  const queue = new EventQueue({
    target: isUrl(target) ? httpTarget(checked(target), token) : fileTarget(target),
    clock,
    log,
    count: (what, events) => metrics.decisionLog.inc({ what }, events),
  });
  const tell = (records: readonly DecisionRecord[]) => {
    try {
      queue.offer(records.map((record) => masked(decisionEvent(record, ports), hidden)));
    } catch (error) {
      // They are recorded already: what cannot be told of them holds no answer up.
      log.warn({ err: error }, 'decisions were left out of the decision log');
      metrics.decisionLog.inc({ what: 'dropped' }, records.length);
    }
  };
  return {
    wrap: (records) => ({
      find: (id) => records.find(id),
      async append(appended) {
        await records.append(appended);
        tell(appended);
      },
    }),
    close: () => queue.close(),
  };
}

function isUrl(target: string): boolean {
  return /^[a-z][a-z+.-]*:\/\//i.test(target);
}

function checked(target: string): string {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '') {
    return url.href;
  }
  throw new CodedError('config:decision_log.invalid', 'the decision log goes to a file or to a URL of http or https', {
    hint: 'set TWINWARD_DECISION_LOG to a path or such a URL; a secret goes to TWINWARD_DECISION_LOG_TOKEN',
  });
}
