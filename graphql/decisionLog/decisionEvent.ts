import type { DecisionRecord } from '../../engine/Decision.ts';

/**
 * A decision in the shape of OPA's decision logs (`EventV1`), so that what reads those reads ours. It never holds the id
 * of an account, home or device in the clear.
 */
export type DecisionEvent = {
  readonly labels: Readonly<Record<string, string>>;
  readonly decision_id: string;
  readonly bundles: { readonly twinward: { readonly revision: string } };
  readonly path: 'main/verdict';
  readonly input: unknown;
  readonly result: unknown;
  /** JSON pointers of what was left out, and of what stands under a pseudonym or another value. */
  readonly erased?: readonly string[];
  readonly masked?: readonly string[];
  /** Absent when nobody asked, as with the effect of a rule. */
  readonly requested_by?: string;
  readonly timestamp: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly custom: { readonly channel: string; readonly resources: readonly unknown[] };
};

export type EventOptions = {
  /** Tell the servers of one log apart. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pseudonym: (text: string) => string;
};

/** Members of a resource that are public words; all others are ids. */
const WORDS: ReadonlySet<string> = new Set(['type', 'property', 'area', 'move']);

/** The event of a decision before the masks of the deployment. */
export function decisionEvent(record: DecisionRecord, { labels, pseudonym }: EventOptions): DecisionEvent {
  const { id, bundle, at, asking, input, resources, resourceCount } = record;
  const { outcome, obligations, reasons, errors } = record;
  const { account } = asking.subject;
  const hidden = (text: string) => pseudonym(`decision log\n${text}`);
  const named = resources.map((resource) =>
    Object.fromEntries(Object.entries(resource).map(([key, id]) => [key, WORDS.has(key) ? id : hidden(String(id))])),
  );
  const masked = named.flatMap((resource, index) =>
    Object.keys(resource).flatMap((key) => (WORDS.has(key) ? [] : `/custom/resources/${index}/${key}`)),
  );
  return {
    labels,
    decision_id: id,
    bundles: { twinward: { revision: bundle } },
    path: 'main/verdict',
    input,
    result: { outcome, obligations, reasons, errors },
    masked: [...masked, ...(account === null ? [] : ['/requested_by'])],
    ...(account !== null && { requested_by: hidden(account) }),
    timestamp: at,
    metrics: { counter_twinward_cells: resourceCount },
    custom: { channel: asking.channel, resources: named },
  };
}
