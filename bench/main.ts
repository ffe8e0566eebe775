import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, Figure } from './Benchmark.ts';

/** The benchmarks by name; each is loaded when it runs. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  decide: async () => (await import('./decide.ts')).decideBenchmark,
  policy: async () => (await import('./policy.ts')).policyBenchmark,
  policySize: async () => (await import('./policySize.ts')).policySizeBenchmark,
  policyMemory: async () => (await import('./policyMemory.ts')).policyMemoryBenchmark,
  activate: async () => (await import('./activate.ts')).activateBenchmark,
  rules: async () => (await import('./rules.ts')).rulesBenchmark,
  recordings: async () => (await import('./recordings.ts')).recordingsBenchmark,
  ingest: async () => (await import('./ingest.ts')).ingestBenchmark,
  visible: async () => (await import('./visible.ts')).visibleBenchmark,
  soak: async () => (await import('./soak.ts')).soakBenchmark,
  simulate: async () => (await import('./simulate.ts')).simulateBenchmark,
  simulateEdit: async () => (await import('./simulateEdit.ts')).simulateEditBenchmark,
  simulateLarge: async () => (await import('./simulateLarge.ts')).simulateLargeBenchmark,
  simulateLive: async () => (await import('./simulateLive.ts')).simulateLiveBenchmark,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

/** They take a quarter of an hour, so they run when they are named. */
const LONG = new Set(['simulateLarge']);

const names =
  positionals.length > 0 ? positionals : Object.keys(BENCHMARKS).filter((name) => values.smoke || !LONG.has(name));
const unknown = names.filter((name) => !BENCHMARKS[name]);
if (unknown.length > 0) {
  console.error(`no benchmark \`${unknown.join('`, `')}\`\nhint: there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}

const machine = {
  commit: commit(),
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  smoke: values.smoke,
};
const results: Record<string, readonly Figure[]> = {};
if (!values.json) {
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, commit ${machine.commit}` +
      (values.smoke ? '\nsmoke run: it shows that the benchmarks work; its figures mean nothing' : ''),
  );
}
for (const name of names) {
  const benchmark = await BENCHMARKS[name]!();
  if (!values.json) console.log(`\n${name}: ${benchmark.title}`);
  const figures = await benchmark.run({ smoke: values.smoke });
  results[name] = figures;
  if (!values.json) for (const figure of figures) console.log(`  ${toLine(figure)}`);
}
if (values.json) console.log(JSON.stringify({ ...machine, results }, null, 2));

function toLine({ what, value, unit, peer, note }: Figure): string {
  const parts = [`${what.padEnd(46)} ${format(value).padStart(12)} ${unit}`];
  if (peer) parts.push(`${peer.name} ${format(peer.value)} ${unit}, ratio ${format(value / peer.value)}`);
  if (note) parts.push(`(${note})`);
  return parts.join('   ');
}

function format(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-GB');
  return value.toLocaleString('en-GB', { maximumSignificantDigits: 4 });
}

function commit(): string {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
    const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim() !== '';
    return changed ? `${hash} with changes` : hash;
  } catch {
    return 'unknown';
  }
}
