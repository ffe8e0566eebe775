import { CodedError } from '../../twin/CodedError.ts';
import type { Act, Agreement, CatalogueEntry, Instrument, Order, SharingRequest } from '../../twin/changes.ts';
import type { InstrumentNode } from '../../twin/graph/TwinGraph.ts';
import type { Category, Granularity, OrganisationKind, Purpose, Sharing } from '../../twin/words.ts';
import { found } from './allowed.ts';
import type { Session } from './Session.ts';
import { seenHome } from './visibility.ts';

type Scope = {
  readonly area: string;
  readonly purposes: readonly Purpose[];
  readonly categories: readonly Category[];
};
type WithHomes = { readonly homes?: readonly string[] | null };
export type CatalogueEntryInput = Scope & {
  readonly name: string;
  readonly sharing: Sharing;
  readonly audience: readonly OrganisationKind[];
  readonly granularity: Granularity;
  readonly ends?: string | null;
  readonly replaces?: string | null;
};
export type SharingRequestInput = Scope & WithHomes & { readonly entry: string; readonly reason: string };
export type OrderInput = Scope &
  WithHomes & {
    readonly number: string;
    readonly grantee: string;
    readonly granularity: Granularity;
    readonly ends: string;
  };
export type AgreementInput = Scope &
  WithHomes & {
    readonly title: string;
    readonly provider: string;
    readonly grantee: string;
    readonly granularity: Granularity;
    readonly ends: string;
  };

/** The longest term that is given at once: what is needed longer is asked for again. */
const MOST_DAYS = 366;

/** An entry of the catalogue, or the next version of one that is published. */
export function toCatalogueEntry(session: Session, id: string, input: CatalogueEntryInput): CatalogueEntry {
  const { name, sharing, audience, granularity, replaces } = input;
  if (sharing === 'not_shared') {
    throw new CodedError('command:catalogue_entry.not_shared', 'what is not shared has no place in the catalogue');
  }
  if (audience.length === 0) {
    throw new CodedError('command:catalogue_entry.no_audience', 'an entry names who may use or request it');
  }
  const earlier = replaces == null ? null : entryOf(session, replaces, input.area);
  return {
    kind: 'catalogue_entry',
    id,
    name: text(name, 'name'),
    dataSet: earlier?.dataSet ?? id,
    version: earlier ? 1 + latestVersion(session, earlier.dataSet) : 1,
    sharing,
    audience: [...new Set(audience)].sort(),
    granularity,
    ends: input.ends == null ? null : term(session, input.ends),
    ...scopeOf(session, input),
    homes: null,
  };
}

/** A request of the caller's organisation, within what a published entry of the catalogue offers to it. */
export function toSharingRequest(session: Session, id: string, input: SharingRequestInput): SharingRequest {
  const { organisation } = session.caller.subject;
  if (organisation === null) {
    throw new CodedError('command:sharing_request.no_organisation', 'an organisation requests, by one of its accounts');
  }
  const node = session.ports.graph.instruments.get(input.entry);
  if (node?.instrument.kind !== 'catalogue_entry' || node.state !== 'published') throw unlisted(input.entry);
  const entry = node.instrument;
  const request: SharingRequest = {
    kind: 'sharing_request',
    id,
    dataSet: entry.dataSet,
    grantee: organisation.id,
    reason: text(input.reason, 'reason'),
    granularity: entry.granularity,
    ends: null,
    ...scopeOf(session, input),
    homes: homesOf(session, input),
  };
  assertOffered(session, request, entry);
  return request;
}

/** What is approved is offered still: a version that was published meanwhile may offer less. Throws as `toSharingRequest` does. */
export function checkOffered(session: Session, { instrument }: InstrumentNode): void {
  if (instrument.kind !== 'sharing_request') return;
  const entry = publishedEntry(session, instrument.dataSet);
  if (!entry) throw unlisted(instrument.dataSet);
  assertOffered(session, instrument, entry);
}

function assertOffered({ ports: { graph } }: Session, request: SharingRequest, entry: CatalogueEntry): void {
  const kind = graph.organisations.get(request.grantee)?.kind;
  const offered = {
    area: graph.liesWithin(request.area, entry.area),
    purposes: request.purposes.every((each) => entry.purposes.includes(each)),
    categories: request.categories.every((each) => entry.categories.includes(each)),
    audience: kind !== undefined && entry.audience.includes(kind),
    granularity: request.granularity === entry.granularity,
  };
  const beyond = Object.entries(offered).flatMap(([what, isOffered]) => (isOffered ? [] : [what]));
  if (beyond.length === 0) return;
  throw new CodedError(
    'command:sharing_request.not_offered',
    `\`${entry.name}\` does not offer this: ${beyond.join(', ')}`,
    { hint: 'look at the entry with `catalogue`, and ask for what it offers' },
  );
}

function publishedEntry({ ports: { graph } }: Session, dataSet: string): CatalogueEntry | undefined {
  for (const { instrument, state } of graph.instruments.values()) {
    if (instrument.kind === 'catalogue_entry' && instrument.dataSet === dataSet && state === 'published')
      return instrument;
  }
  return undefined;
}

/** An order as it is registered. */
export function toOrder(session: Session, id: string, input: OrderInput): Order {
  const number = text(input.number, 'number');
  for (const { instrument, state } of session.ports.graph.instruments.values()) {
    if (instrument.kind !== 'order' || instrument.number !== number || state === 'ended' || state === 'refused')
      continue;
    throw new CodedError('command:order.number_taken', `the order \`${number}\` is registered already`);
  }
  return {
    kind: 'order',
    id,
    number,
    grantee: organisationOf(session, input.grantee),
    granularity: input.granularity,
    ends: term(session, input.ends),
    ...scopeOf(session, input),
    homes: homesOf(session, input),
  };
}

/** An agreement as one of its parties proposes it. */
export function toAgreement(session: Session, id: string, input: AgreementInput): Agreement {
  const [provider, grantee] = [organisationOf(session, input.provider), organisationOf(session, input.grantee)];
  const own = session.caller.subject.organisation?.id;
  if (provider === grantee || (own !== provider && own !== grantee)) {
    throw new CodedError('command:agreement.no_party', 'an agreement is between two, and one of them proposes it');
  }
  if (!servesArea(session, provider, input.area)) {
    throw new CodedError('command:agreement.beyond_area', `\`${provider}\` does not serve \`${input.area}\``, {
      hint: 'an agreement covers what its provider manages, or the area of its platform',
    });
  }
  return {
    kind: 'agreement',
    id,
    title: text(input.title, 'title'),
    provider,
    grantee,
    granularity: input.granularity,
    ends: term(session, input.ends),
    ...scopeOf(session, input),
    homes: homesOf(session, input),
  };
}

/** An instant in the future, not too far; throws `command:term.invalid`. */
export function term({ ports }: Session, ends: string): string {
  const now = ports.clock.now();
  const instant = Date.parse(ends);
  if (instant > now && instant <= now + MOST_DAYS * 86_400_000) return new Date(instant).toISOString();
  throw new CodedError('command:term.invalid', `\`${ends}\` is no instant within the next ${MOST_DAYS} days`, {
    hint: 'write it in ISO 8601, such as `2026-12-31T16:00:00Z`',
  });
}

/** What is offered is offered for a while: throws `command:term.invalid` when its term went by in the drawer. */
export function checkTerm({ ports: { clock } }: Session, { ends }: InstrumentNode): void {
  if (ends === null || Date.parse(ends) > clock.now()) return;
  throw new CodedError('command:term.invalid', `its term ended at ${ends}`, { hint: 'draft it anew' });
}

/** Nobody signs twice: throws `command:agreement.signed_already` when the caller's organisation has signed. */
export function checkSigner({ caller, ports: { graph } }: Session, { acts }: InstrumentNode): void {
  const hasSigned = acts.some(
    ({ move, by }: Act) =>
      move === 'sign' && by !== null && graph.accounts.get(by)?.organisation === caller.subject.organisation?.id,
  );
  if (!hasSigned) return;
  throw new CodedError('command:agreement.signed_already', 'your organisation has signed; the other party signs next');
}

function scopeOf({ ports: { graph } }: Session, { area, purposes, categories }: Scope) {
  found(graph.areas.get(area), 'area', area);
  if (purposes.length === 0 || categories.length === 0) {
    throw new CodedError('command:scope.empty', 'name at least one purpose and one category', {
      hint: 'what is left open is not allowed',
    });
  }
  return { area, purposes: [...new Set(purposes)].sort(), categories: [...new Set(categories)].sort() };
}

/** The homes that are named, which the caller can see and which stand in the area; null for all of it. */
function homesOf({ caller, ports: { graph } }: Session, { area, homes }: Scope & WithHomes): readonly string[] | null {
  if (homes == null) return null;
  if (homes.length === 0) {
    throw new CodedError('command:scope.empty', '`homes` names at least one home', {
      hint: 'leave it out to cover every home of the area',
    });
  }
  const ids = [...new Set(homes)].sort();
  for (const id of ids) {
    if (graph.liesWithin(seenHome(graph, caller, id).home.area, area)) continue;
    throw new CodedError('command:scope.home_outside', `the home \`${id}\` does not stand in \`${area}\``);
  }
  return ids;
}

function organisationOf({ ports: { graph } }: Session, id: string): string {
  return found(graph.organisations.get(id), 'organisation', id).id;
}

/** Whether an organisation's platform serves an area, or it manages all of it: nobody agrees for homes of others. */
function servesArea({ ports: { graph } }: Session, id: string, area: string): boolean {
  const served = graph.organisations.get(id)?.area ?? null;
  if (served !== null && graph.liesWithin(area, served)) return true;
  const relations = graph.areaRelations.get(id);
  return graph.areaPath(area).some((outer) => relations?.get(outer.id)?.has('manages'));
}

/** An entry of the area or of what lies in it: what was decided about the area says nothing of others' entries. */
function entryOf({ ports: { graph } }: Session, id: string, area: string): CatalogueEntry {
  const instrument: Instrument | undefined = graph.instruments.get(id)?.instrument;
  const isOfArea = instrument?.kind === 'catalogue_entry' && graph.liesWithin(instrument.area, area);
  return found(isOfArea ? instrument : undefined, 'catalogue_entry', id);
}

function latestVersion({ ports: { graph } }: Session, dataSet: string): number {
  const versions = [...graph.instruments.values()].flatMap(({ instrument }) =>
    instrument.kind === 'catalogue_entry' && instrument.dataSet === dataSet ? [instrument.version] : [],
  );
  return Math.max(...versions);
}

/** A text that says something; throws `command:text.invalid`. */
export function text(value: string, what: string): string {
  const trimmed = value.trim();
  if (trimmed.length > 0 && trimmed.length <= 1_000) return trimmed;
  throw new CodedError('command:text.invalid', `\`${what}\` has between 1 and 1,000 characters`);
}

function unlisted(entry: string): CodedError {
  return new CodedError('command:sharing_request.unlisted', `the catalogue publishes no entry \`${entry}\``, {
    hint: 'what is not listed cannot be requested; see `catalogue(state: published)`',
  });
}
