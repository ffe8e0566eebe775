import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Columns } from '../engine/census/Columns.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { EditedSides } from '../engine/sides/EditedSides.ts';
import type { SidePorts } from '../engine/sides/SidePorts.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import { ImpactPlan } from '../engine/simulate.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { CodedError } from '../twin/CodedError.ts';
import { type Benchmark, median } from './Benchmark.ts';

const root = join(import.meta.dirname, '..');
const SCENARIO = join(root, 'simulators/scenarios/heat_wave_elderly_care.yaml');
const DRAFT = join(root, 'policies/drafts/quick_fix/tiered.rego');

/** What `simulate --watch` does after a save: it compiles what changed, decides what may have, and counts all homes. */
export const simulateEditBenchmark: Benchmark = {
  name: 'simulateEdit',
  title: 'from a save of a draft to its exact impact on a city of 100,000 homes, for 12 requesters',
  async run({ smoke }) {
    const folder = mkdtempSync(join(tmpdir(), 'twinward-bench-edit-'));
    const compiler = new RegoCompiler();
    try {
      const file = join(folder, 'tiered.rego');
      const draft = readFileSync(DRAFT, 'utf8');
      const read = parseScenario(readFileSync(SCENARIO, 'utf8'), SCENARIO);
      const scenario = { ...read, proposed: file };
      const source = populationSource(cityPopulation({ seed: 2026, homes: smoke ? 1_000 : 100_000 }));
      const questions = questionsOf(scenario, source.graph);
      const columns = await Columns.build(source, { questions });
      const sides = new EditedSides({ ...ports, compiler });
      let decided = 0;
      const onStep = (step: string) => {
        if (step === 'decided') decided = performance.now();
      };
      const plan = new ImpactPlan(scenario, { population: 'city', columns, questions, onStep });

      const took: Record<'compile' | 'decide' | 'count' | 'all', number[]> = {
        compile: [],
        decide: [],
        count: [],
        all: [],
      };
      for (let edit = 0; edit < (smoke ? 2 : 12); edit += 1) {
        // Each edit is another one: what was compiled or decided before is of no help.
        writeFileSync(file, draft.replace('input.action in {', `input.purpose != "edit_${edit}"\n\tinput.action in {`));
        const saved = performance.now();
        const { baseline, proposed } = await sides.load(scenario);
        const compiled = performance.now();
        plan.play(baseline, proposed);
        const counted = performance.now();
        // The first loads everything.
        if (edit === 0) continue;
        took.compile.push(compiled - saved);
        took.decide.push(decided - compiled);
        took.count.push(counted - decided);
        took.all.push(counted - saved);
      }
      return [
        {
          what: 'from the save to the report, median',
          value: median(took.all),
          unit: 'ms',
          note: 'a watcher waits another 40 ms for a save to be over',
        },
        { what: 'of it compiling the policies that changed', value: median(took.compile), unit: 'ms' },
        { what: 'of it deciding what may have changed', value: median(took.decide), unit: 'ms' },
        { what: 'of it counting, with witnesses', value: median(took.count), unit: 'ms' },
      ];
    } finally {
      await compiler.close();
      rmSync(folder, { recursive: true });
    }
  },
};

const ports: SidePorts = {
  policies: join(root, 'policies'),
  activeBundle: async () => null,
  findBundle: async (which) => {
    throw new CodedError('policy:bundle.not_found', `there is no bundle \`${which}\``);
  },
  findDraft: (name) => name,
  readText: async (file) => readFileSync(file, 'utf8'),
};
