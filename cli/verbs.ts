import type { VerbEntry } from './Verb.ts';

/** The verbs in the order of the help, one line each. Another one is a file in `cli/verbs/` and a line here. */
export const VERBS: readonly VerbEntry[] = [
  { name: 'serve', summary: 'run the twin of a data folder', load: () => import('./verbs/serve.ts') },
  { name: 'new', summary: 'start a policy or rule', load: () => import('./verbs/new.ts') },
  {
    name: 'import',
    summary: 'turn automations of Home Assistant into rules',
    load: () => import('./verbs/import.ts'),
  },
  { name: 'check', summary: 'check policies, drafts and rules', load: () => import('./verbs/check.ts') },
  { name: 'fmt', summary: 'format policies', load: () => import('./verbs/fmt.ts') },
  { name: 'compile', summary: 'compile policies, and show what they become', load: () => import('./verbs/compile.ts') },
  { name: 'test', summary: 'run the cases of policies and rules', load: () => import('./verbs/test.ts') },
  { name: 'eval', summary: 'try an input on the policies', load: () => import('./verbs/eval.ts') },
  {
    name: 'simulate',
    summary: 'say what a draft would change for a whole city',
    load: () => import('./verbs/simulate.ts'),
  },
  { name: 'forecast', summary: 'play a city some days ahead', load: () => import('./verbs/forecast.ts') },
  {
    name: 'backtest',
    summary: 'play a recorded period under other policies and rules',
    load: () => import('./verbs/backtest.ts'),
  },
  { name: 'sign', summary: 'pack policies, rules and lifecycles and sign them', load: () => import('./verbs/sign.ts') },
  { name: 'activate', summary: 'let a signed bundle decide', load: () => import('./verbs/activate.ts') },
  {
    name: 'rollout',
    summary: 'let a signed bundle decide for more and more homes',
    load: () => import('./verbs/rollout.ts'),
  },
  { name: 'bundles', summary: 'list the bundles that decided, do and will', load: () => import('./verbs/bundles.ts') },
  {
    name: 'keys',
    summary: 'make keys that sign, and say whose are trusted',
    load: () => import('./verbs/keys.ts'),
  },
  { name: 'runs', summary: 'find what rules did, and when', load: () => import('./verbs/runs.ts') },
  {
    name: 'explain',
    summary: 'say why something was decided, or why a rule did something',
    load: () => import('./verbs/explain.ts'),
  },
  { name: 'access', summary: 'say who could see a reading on a day', load: () => import('./verbs/access.ts') },
  {
    name: 'commands',
    summary: 'list what devices were told, and who won',
    load: () => import('./verbs/commands.ts'),
  },
  {
    name: 'waivers',
    summary: 'list, give and end waivers of rules',
    load: () => import('./verbs/waivers.ts'),
  },
  {
    name: 'token',
    summary: "make a token of an account or of a home's devices",
    load: () => import('./verbs/token.ts'),
  },
  { name: 'clauses', summary: 'say how far each clause has come', load: () => import('./verbs/clauses.ts') },
  { name: 'devices', summary: 'list devices and what they sent wrong', load: () => import('./verbs/devices.ts') },
  { name: 'replay', summary: 'play a recording of a home over MQTT', load: () => import('./verbs/replay.ts') },
  { name: 'verify', summary: 'verify the chains of audit and changes', load: () => import('./verbs/verify.ts') },
];
