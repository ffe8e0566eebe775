import { CodedError } from '../CodedError.ts';
import type { Act, Change } from '../changes.ts';
import type { TwinGraph } from '../graph/TwinGraph.ts';
import type { EmergencyAccessState } from '../words.ts';
import { emergencyAccessLifecycle } from './emergencyAccess.ts';
import { type Lifecycle, step } from './step.ts';

const lifecycle = emergencyAccessLifecycle as Lifecycle<EmergencyAccessState, Act['move']>;

/**
 * The change that moves an emergency access, made for a party, or by time when that is null.
 * Throws `twin:emergency_access.move_refused` when its lifecycle does not allow it, and `twin:emergency_access.not_found`.
 */
export function moveEmergencyAccess(
  graph: TwinGraph,
  { home, access, act, party }: { home: string; access: string; act: Act; party: string | null },
): Change {
  const next = step(lifecycle, graph.emergencyAccess(home, access).state, act.move);
  if (next.kind === 'moved') return { kind: 'emergency_access_transitioned', home, access, to: next.to, act, party };
  const allowed = next.allowed.filter((event) => event !== 'expire');
  throw new CodedError(
    'twin:emergency_access.move_refused',
    `cannot ${act.move} an emergency access that is ${next.from}`,
    { hint: allowed.length > 0 ? `what is ${next.from} allows: ${allowed.join(', ')}` : 'its life is over' },
  );
}
