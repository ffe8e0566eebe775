import { join } from 'node:path';
import { expect, it } from 'vitest';
import { propertiesOf } from '../engine/census/propertiesOf.ts';
import { combine } from '../engine/combine.ts';
import { gatherFacts } from '../engine/facts/gatherFacts.ts';
import { loadValidPolicies } from '../engine/rego/loadPolicies.ts';
import { ImpactTally, impactOf } from '../engine/rollout/ImpactTally.ts';
import { knownQuestions } from '../engine/rollout/knownQuestions.ts';
import { predictImpact } from '../engine/rollout/predictImpact.ts';
import type { ScenarioQuestion } from '../engine/simulate/questionsOf.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import type { Account } from '../twin/changes.ts';
import { forkGraph } from '../twin/graph/forkGraph.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Tier } from '../twin/words.ts';

const root = join(import.meta.dirname, '../policies');
const now = Date.parse('2027-07-20T14:00:00+08:00');
const share = { salt: 'test', percent: 30 };

function city(): TwinGraph {
  const population = cityPopulation({ seed: 5, homes: 150 });
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  for (let index = 0; index < population.size; index += 1) {
    for (const change of population.home(index)) graph.apply(change);
  }
  const account = (id: string, tier: Tier, more: Partial<Account>): void => {
    const none = {
      person: null,
      organisation: null,
      area: null,
      roles: [],
      assurance: 'high',
      multiFactor: true,
    } as const;
    graph.apply({ kind: 'account_added', account: { id, tier, ...none, ...more } });
  };
  for (const person of [...graph.people.keys()].slice(0, 20)) account(person, 'home', { person, roles: ['resident'] });
  for (const [id, { area }] of graph.organisations) account(id, 'community', { organisation: id, area });
  return graph;
}

/** The same counts, the slow way: every cell of every home of the cohort. */
function countSlowly(
  graph: TwinGraph,
  questions: readonly ScenarioQuestion[],
  sides: readonly [Side, Side],
): ImpactTally {
  const tally = new ImpactTally();
  for (const { home, devices } of graph.homes.values()) {
    if (graph.cohortOf(home.id) !== 'rollout') continue;
    for (const { askingAt, action, purpose } of questions) {
      const asking = askingAt(home.area)!;
      for (const device of devices.values()) {
        for (const property of propertiesOf(device)) {
          const resource = { type: 'property', home: home.id, device: device.device.id, property } as const;
          const input = gatherFacts(graph, asking, resource, now);
          const [before, after] = sides.map(({ at }) => combine(at(now).evaluator.evaluate(input)));
          const { tier, organisation } = input.subject;
          const { category } = input.resource.label;
          tally.add(
            { tier, organisation, action, purpose, resource: 'property', category },
            impactOf(before!, after!, 1),
          );
        }
      }
    }
  }
  return tally;
}
type Side = Pick<Awaited<ReturnType<typeof loadValidPolicies>>, 'at'>;

it('simulates a stage exactly: as every cell of its homes decided one by one, while the twin goes on', async () => {
  const graph = city();
  const former = await loadValidPolicies(root);
  const next = await loadValidPolicies(root, { draft: join(root, 'drafts/quick_fix') });
  const before = forkGraph(graph);
  before.rollOut(share);
  const predicting = predictImpact({ graph, share, former, next, now, scenario: null });
  // What happens meanwhile is for the next simulation to tell.
  for (const id of graph.homes.keys()) graph.apply({ kind: 'occupancy_changed', home: id, occupancy: 'vacant' });
  for (const id of [...graph.people.keys()].slice(0, 20)) {
    graph.apply({ kind: 'relation_added', subject: id, relation: 'resident', object: 'home-1' });
  }
  const predicted = await predicting;

  const { questions, people } = knownQuestions(before);
  const asking = questions.filter(({ purpose }) => ['own_use', 'care'].includes(purpose));
  expect(questions.length).toBeGreaterThan(people.asked);
  expect(people).toEqual(predicted.people);
  const slow = countSlowly(before, asking, [former, next]);
  const compared = predicted.lines.filter(({ of }) => asking.some(({ purpose }) => purpose === of.purpose));
  expect(compared).toEqual(slow.lines());
  expect(compared.length).toBeGreaterThan(10);
  expect(compared.some(({ counts }) => counts.changed > 0)).toBe(true);
  expect(predicted.homes).toBe([...before.homes.keys()].filter((id) => before.cohortOf(id) === 'rollout').length);
  expect(graph.rollout).toBeNull();
});
