import type { Change } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Cause } from './Forecast.ts';

/** What of a lifecycle changes are that happened at once, by the first of them that tells. */
export function causeOf(graph: Pick<TwinGraph, 'instruments'>, changes: readonly Change[]): Cause {
  const told = changes.flatMap((change) => toldBy(graph, change) ?? []);
  // What a lease or an instrument takes with it is its doing.
  return (
    told.sort((a, b) => weightOf(a) - weightOf(b))[0] ?? { lifecycle: 'twin', event: changes[0]?.kind ?? 'nothing' }
  );
}

const FIRST = ['lease', 'order', 'agreement', 'sharing_request', 'catalogue_entry', 'alarm', 'consent'];

function weightOf({ lifecycle }: Cause): number {
  const at = FIRST.indexOf(lifecycle);
  return at < 0 ? FIRST.length : at;
}

function toldBy({ instruments }: Pick<TwinGraph, 'instruments'>, change: Change): Cause | null {
  switch (change.kind) {
    case 'lease_signed':
      return { lifecycle: 'lease', event: 'sign' };
    case 'lease_transitioned':
      return { lifecycle: 'lease', event: change.to === 'active' ? 'start' : 'end' };
    case 'basis_given':
    case 'area_basis_given':
      return { lifecycle: 'consent', event: 'give' };
    case 'basis_ended':
    case 'area_basis_ended':
      return { lifecycle: 'consent', event: change.reason === 'expired' ? 'expire' : 'withdraw' };
    case 'instrument_made':
      return { lifecycle: change.instrument.kind, event: change.act.move };
    case 'instrument_transitioned': {
      const lifecycle = instruments.get(change.instrument)?.instrument.kind;
      return lifecycle === undefined ? null : { lifecycle, event: change.act.move };
    }
    case 'emergency_access_opened':
    case 'emergency_access_transitioned':
      return { lifecycle: 'emergency_access', event: change.act.move };
    case 'waiver_given':
      return { lifecycle: 'waiver', event: 'give' };
    case 'waiver_transitioned':
      return { lifecycle: 'waiver', event: change.to === 'in_force' ? 'start' : 'end' };
    case 'alarm_raised':
      return { lifecycle: 'alarm', event: 'raise' };
    case 'alarm_transitioned':
      return { lifecycle: 'alarm', event: change.to };
    case 'command_issued':
      return { lifecycle: 'command', event: 'issue' };
    case 'command_transitioned':
      return { lifecycle: 'command', event: change.to };
    case 'record_opened':
      return { lifecycle: change.record.kind, event: 'open' };
    case 'alarm_escalated':
      return { lifecycle: 'alarm', event: 'escalate' };
    case 'drill_announced':
      return { lifecycle: 'drill', event: 'announce' };
    case 'drill_transitioned':
      return { lifecycle: 'drill', event: change.to === 'running' ? 'start' : 'end' };
    case 'device_transitioned':
      return { lifecycle: 'device', event: change.to };
    default:
      return null;
  }
}
