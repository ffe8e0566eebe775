import type { AccessRequest } from './AccessRequest.ts';
import type { Decision } from './Decision.ts';
import { type DecidePorts, RequestDecisions } from './RequestDecisions.ts';

/**
 * Decides requests: for each, gathers the facts of the twin, evaluates the bundle, combines what its policies say, and
 * answers when all is written down. None of the requests sees another's answer.
 *
 * Rejects with `twin:home.not_found` or `twin:device.not_found` for what the twin does not know, and with the error of
 * the records when they could not be written: then nothing was decided.
 */
export async function decide(requests: readonly AccessRequest[], ports: DecidePorts): Promise<Decision[]> {
  const decisions = new RequestDecisions(ports);
  const answers = requests.map(({ resource, ...asking }) => decisions.decide(asking, resource));
  await decisions.record();
  return answers;
}
