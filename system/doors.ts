import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './Program.ts';

/** Somebody who knocks: an account of the demo, the administrator, or nobody. */
export type Knocker = { readonly name: string; readonly token: string | null };

export type Knock = {
  readonly program: Program;
  /** A home of somebody else, about which everything is asked. */
  readonly home: string;
  readonly devices: readonly { readonly id: string; readonly properties: readonly string[] }[];
  readonly by: Knocker;
  /** Decisions about the home that anybody has had made so far; each knock adds those that it is told of. */
  readonly decisions: Set<string>;
};

/** A way by which bytes leave the product: how one knocks there, and all that comes out. */
export type Door = {
  readonly name: string;
  readonly knock: (knock: Knock) => Promise<string>;
  /** Whether all get the same there, so that it is enough that one of them knocks. */
  readonly same?: true;
  /** Only this account comes in there. */
  readonly by?: string;
  /** Who may have all of it there, whatever it holds. */
  readonly openTo?: string;
  /** It is about what devices say alone: names of things are found there rightly. */
  readonly valuesOnly?: true;
};

/** So many explanations are asked for by each who knocks: of decisions from all over, not all. */
const EXPLAINED = 30;

const PURPOSES =
  'own_use property_service community_service city_planning emergency care regulation research commerce'.split(' ');

const READING = 'reading { value unit at outcome missing obligations decisionId }';
const HOME = `{
  id name area { id name } relations outcome decisionId occupancy flags rooms { id name }
  devices { id name room { name } model vendor kind state features { id properties { id unit settable label { category grade sharing } ${READING} } } }
  alarms { id homeId deviceId kind state rule raisedAt decisionId }
  commands { id deviceId values state detail rule account alarmId winner { rule account until } decisionIds }
  mode { mode since by decisionId } scenes { id name devices { deviceId values } setBy decisionId }
  rules { id title severity on body setBy history { number act body by } decisionId }
  leases { id tenant landlord starts ends state decisionId }
  consents { id type person givenBy grantee purposes categories ends decisionId }
}`;
const REASONS =
  'id outcome obligations bundle at errors { code message zh en } reasons { code policy rule file line message clauses { id zh en evidence } } announced { from outcome reasons { rule } }';

/** Asks in GraphQL; what anybody is told of decisions is remembered. */
async function ask({ program, by, decisions }: Knock, query: string): Promise<string> {
  const response = await fetch(`${program.server.http}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(by.token && { authorization: `Bearer ${by.token}` }) },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  for (const [, id] of text.matchAll(/"(?:decisionId|id)":"([0-9a-f]{20}-\d+)"/g)) decisions.add(id!);
  return `${response.status}\n${[...response.headers].join('\n')}\n${text}`;
}

async function askAll(knock: Knock, queries: readonly string[]): Promise<string> {
  const answers: string[] = [];
  for (const query of queries) answers.push(await ask(knock, query));
  return answers.join('\n');
}

/** What a stream brings in a moment, while something happens. */
async function listen({ program, by }: Knock, query: string, happens = async () => {}): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(`${program.server.http}/graphql`, {
    method: 'POST',
    signal: stop.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(by.token && { authorization: `Bearer ${by.token}` }),
    },
    body: JSON.stringify({ query }),
  });
  setTimeout(() => stop.abort(), 700);
  const happening = happens();
  let text = '';
  try {
    for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString();
  } catch {
    // The stream is cut when enough was heard.
  }
  await happening;
  return text;
}

/** So many of a list at most, from all over it. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  const step = Math.max(1, Math.floor(items.length / most));
  return items.filter((_, index) => index % step === 0).slice(0, most);
}

/** Every property of the home's devices as a request to decide. */
function requests({ home, devices }: Knock, action: string): string[] {
  return devices.flatMap(({ id, properties }) =>
    properties.map((property) => `{ home: "${home}", device: "${id}", property: "${property}", action: ${action} }`),
  );
}

const graphql = (name: string, queries: (knock: Knock) => readonly string[]): Door => ({
  name: `GraphQL: ${name}`,
  knock: (knock) => askAll(knock, queries(knock)),
});

const page = (name: string, path: string): Door => ({
  name,
  same: true,
  knock: async ({ program }) => (await fetch(program.server.http + path)).text(),
});

const command = (name: string, args: (knock: Knock) => readonly (readonly string[])[]): Door => ({
  name: `command line: ${name}`,
  same: true,
  knock: async (knock) => {
    const outputs: string[] = [];
    for (const each of args(knock)) {
      const { stdout, stderr } = await knock.program.run(each);
      outputs.push(stdout, stderr);
    }
    return outputs.join('\n');
  },
});

/** Every door there is. Whoever opens another one adds it here. */
export const doors: readonly Door[] = [
  graphql('a home, for every purpose', ({ home }) =>
    PURPOSES.map((purpose) => `{ home(id: "${home}", purpose: ${purpose}) ${HOME} }`),
  ),
  graphql('homes, by area and page', () => [
    `{ homes(first: 3) { totalCount edges { cursor node ${HOME} } pageInfo { endCursor } } }`,
  ]),
  graphql('readings, of the home and everywhere', ({ home }) => {
    const rows = (where: string, purpose: string) =>
      `{ readings(${where}first: 2000, purpose: ${purpose}, property: "temperature") { homeId deviceId property pseudonym place { id name } label { category } ${READING} } }`;
    const everywhere = ['community_service', 'city_planning', 'research'].map((purpose) => rows('', purpose));
    return [...PURPOSES.map((purpose) => rows(`home: "${home}", `, purpose)), ...everywhere];
  }),
  graphql('alarms, leases, consents', ({ home }) =>
    PURPOSES.map(
      (purpose) =>
        `{ alarms(home: "${home}", purpose: ${purpose}) { id kind deviceId deviceName room measured { property value unit } sirens { name room state } moves { by at } escalations { to at } decisionId } drills(home: "${home}", purpose: ${purpose}) { id title deviceIds announcedBy } leases(home: "${home}", purpose: ${purpose}) { id tenant landlord decisionId } consents(home: "${home}", purpose: ${purpose}) { id person givenBy decisionId } }`,
    ),
  ),
  graphql('what sharing rests on, waivers, emergency access, bundles', ({ home }) => {
    const acts = 'acts { move by at }';
    const instrument = `nodes { id area { id } purposes categories ends state ${acts} decisionId } totalCount`;
    return [
      `{ catalogue(first: 100) { ${instrument} } }`,
      `{ sharingRequests(first: 100) { ${instrument} } }`,
      `{ orders(first: 100) { ${instrument} } }`,
      `{ agreements(first: 100) { ${instrument} } }`,
      '{ waivers { id rules homeId owner reason givenBy starts ends state decisionId } }',
      `{ emergencyAccesses(home: "${home}") { nodes { id homeId categories reason state ${acts} decisionId } totalCount } }`,
      '{ bundles { active problems records { number } refused { code } } }',
    ];
  }),
  graphql('statistics', () =>
    ['quarter_hour', 'hour', 'day'].flatMap((window) =>
      PURPOSES.map(
        (purpose) =>
          `{ areas { id } statistics(area: "province", property: "temperature", window: ${window}, purpose: ${purpose}) { count mean min max withheld k outcome decisionIds } }`,
      ),
    ),
  ),
  graphql('decide', (knock) => [
    `{ decide(requests: [${requests(knock, 'read')}]) { ${REASONS} } }`,
    `{ decide(requests: [${requests(knock, 'command')}]) { ${REASONS} } }`,
    `{ decide(requests: [{ type: home, home: "${knock.home}" }, { type: lease, home: "${knock.home}", id: "demo-lease" }]) { ${REASONS} } }`,
  ]),
  {
    name: 'GraphQL: explanations with their counterfactuals, of all that anybody had decided',
    knock: (knock) =>
      askAll(
        knock,
        spread([...knock.decisions], EXPLAINED).map(
          (id) =>
            `{ explain(decisionId: "${id}") { reader reproduced request decision { ${REASONS} } facts { path value origin } nextBetter { outcome changes { path from to condition } } at(date: "2027-07-01") { from outcome reasons { rule message } } } }`,
        ),
      ),
  },
  graphql('notices and dead letters', () => [
    '{ notices { at homeId toldAs by action purpose outcome resources decisionId } }',
    '{ deadLetters(first: 200) { code homeId topic property detail at } }',
    '{ deadLetterCounts { code count } }',
    '{ verifyAudit }',
  ]),
  {
    name: 'GraphQL: what is simulated, with its witness',
    by: 'regulator',
    knock: async (knock) => {
      const told =
        'id state by scenario proposed population progress { stage done total } report html context error { code message hint }';
      const played = 'scenario: "property_manager", proposed: "quick_fix"';
      const ofTwin = await ask(
        knock,
        `mutation { startSimulation(input: { ${played}, population: live }) { ${told} } }`,
      );
      const started = await ask(knock, `mutation { startSimulation(input: { ${played} }) { ${told} } }`);
      const id = /"id":"([^"]+)"/.exec(started)![1];
      const answers = [ofTwin, started, await ask(knock, `{ simulations { nodes { ${told} } totalCount } }`)];
      const until = Date.now() + 60_000;
      while (!/"state":"(?:done|failed)"/.test(answers.at(-1)!) && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        answers.push(await ask(knock, `{ simulation(id: "${id}") { ${told} } }`));
      }
      answers.push(await listen(knock, `subscription { simulationChanged(id: "${id}") { ${told} } }`));
      answers.push(await ask(knock, `mutation { cancelSimulation(id: "${id}") { ${told} } }`));
      return answers.join('\n');
    },
  },
  graphql('who could see a reading, and roll-outs', ({ home, devices }) => [
    ...devices.flatMap(({ id, properties }) => {
      const at = new Date().toISOString();
      return properties.map(
        (property) => `{ accessAt(home: "${home}", device: "${id}", property: "${property}", at: "${at}") }`,
      );
    }),
    '{ rollout { rollout state bundle name plan stages next held because breaches } }',
  ]),
  graphql('what a household has set, and rules tried on its past', ({ home, devices }) => {
    const condition = `{ fact: "property", params: { name: "temperature" }, operator: "greaterThan", value: 1 }`;
    const told = '{ kind: "notice", to: "residents", text: "x" }';
    const rule = `{ id: "try", title: "x", on: { properties: ["temperature"] }, conditions: { all: [${condition}] }, event: { type: "act", params: { effects: [${told}] } } }`;
    return [
      `{ packs(home: "${home}") { id on fits needs { devices } parameters { id value } decisionId } }`,
      `mutation { setRule(home: "${home}", rule: ${rule}, dryRun: true) { problems { message hint related } rehearsal { effects { at deviceId } } decisionId } }`,
      `mutation { undoRule(home: "${home}", id: "none") { rule { body } } }`,
      `mutation { setScene(home: "${home}", scene: { id: "habit", name: "x", devices: [{ device: "${devices[0]?.id}", values: {} }] }) { id } }`,
      `mutation { runScene(home: "${home}", id: "none") { run } }`,
    ];
  }),
  {
    // As of an explanation, the auditor reads the whole of a run.
    openTo: 'administrator',
    ...graphql('what rules did, and what they told and shared', ({ home, devices }) => {
      const conditions = 'conditions { fact params operator value got held }';
      const run = `id reader rule title event ${conditions} effects { id kind what result deliveries due }`;
      return [
        `{ ruleRuns(home: "${home}", first: 50) { nodes { ${run} } } }`,
        ...devices.map(({ id }) => `{ ruleRuns(device: "${id}", first: 10) { nodes { ${run} } } }`),
        '{ ruleRun(id: "none") { id } }',
        '{ sharedData(first: 50) { nodes { id homeId deviceId property value alarm rule runId } } }',
        `{ sharedData(home: "${home}", first: 50) { nodes { id value alarm } } }`,
      ];
    }),
  },
  graphql('drills, incidents, bindings, software of devices', ({ home }) =>
    PURPOSES.map(
      (purpose) => `{
        drills(home: "${home}", purpose: ${purpose}) { id title deviceIds state announcedBy decisionId }
        incidents(home: "${home}", purpose: ${purpose}) { id title because state report decisionId }
        bindings(home: "${home}", purpose: ${purpose}) { id deviceId state decisionId }
        firmwareUpdates(home: "${home}", purpose: ${purpose}) { id deviceId model version state decisionId }
      }`,
    ),
  ),
  {
    name: 'what rules tell and share, and incidents, by server-sent events',
    knock: async (knock) => {
      const notices = listen(knock, 'subscription { noticeGiven { at homeId toldAs text rule runId } }', () =>
        raiseAlarm(knock.program),
      );
      const shared = listen(knock, 'subscription { dataShared { id homeId deviceId property value alarm rule } }');
      const incidents = listen(
        knock,
        `subscription { incidentChanged(home: "${knock.home}") { id title because state report decisionId } }`,
      );
      return (await Promise.all([notices, shared, incidents])).join('\n');
    },
  },
  graphql('clauses, areas, the viewer', () => [
    '{ viewer { account tier roles purpose } areas { id name children { id } } area(id: "province") { name } clauses(ids: ["DH-5.4.6-s3"]) { id zh en evidence } }',
  ]),
  graphql('actions that are refused or wrong', ({ home, devices }) =>
    [
      ...devices.map(
        ({ id }) => `commandDevice(home: "${home}", device: "${id}", values: { state: "NO_SUCH_STATE" }) { accepted }`,
      ),
      `acknowledgeAlarm(home: "${home}", alarm: "none") { id }`,
      `giveConsent(consent: { home: "${home}", grantee: "demo-hospital", purposes: [], categories: [] }) { id }`,
      `withdrawConsent(home: "${home}", consent: "none") { id }`,
      'issueToken(account: "resident")',
    ].map((mutation) => `mutation { ${mutation} }`),
  ),
  graphql('queries that are wrong', ({ home }) => [
    '{',
    `{ home(id: "${home}") { nonsense devices { nam } } }`,
    `{ home(id: "${home}") { devices(first: "x") { id } } }`,
    '{ readings(first: 99999) { property } }',
    '{ __schema { types { name } } }',
    `{ home(id: ${'"x"'.repeat(3)}) { id } }`,
  ]),
  {
    name: 'subscription by server-sent events',
    knock: (knock) =>
      listen(
        knock,
        'subscription { alarmChanged(standing: true) { id homeId deviceId deviceName room kind state rule raisedAt measured { value } sirens { name } decisionId } }',
        () => raiseAlarm(knock.program),
      ),
  },
  {
    name: 'commands by server-sent events',
    knock: (knock) =>
      listen(
        knock,
        `subscription { commandChanged(home: "${knock.home}") { id deviceId values state account rule } }`,
        () => raiseAlarm(knock.program),
      ),
  },
  page('page: metrics', '/metrics'),
  page('page: health', '/healthz'),
  page('page: readiness', '/readyz'),
  page('page: the first one', '/'),
  command('explain', ({ decisions }) =>
    [...decisions].slice(0, 3).flatMap((id) => [
      ['explain', id],
      ['explain', id, '--json', '--lang', 'zh'],
    ]),
  ),
  command('devices', ({ home }) => [
    ['devices', '--home', home],
    ['devices', '--home', home, '--json'],
    ['devices', '--dead-letters'],
    ['devices', '--dead-letters', '--json'],
  ]),
  command('commands', ({ home }) => [
    ['commands', home, '--as', 'city_officer'],
    ['commands', home, '--as', 'city_officer', '--json'],
  ]),
  command('waivers and bundles', () => [['waivers'], ['waivers', '--json'], ['bundles'], ['bundles', '--json']]),
  command('verify', () => [['verify'], ['verify', '--json']]),
  command('clauses', () => [['clauses', 'DH-5.4.6-s3']]),
  {
    name: 'log on standard error and what serve prints',
    same: true,
    knock: async ({ program }) => program.output,
  },
  {
    name: 'decision log',
    same: true,
    knock: async ({ program }) => {
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      return readFileSync(join(program.folder, 'decisions.jsonl'), 'utf8');
    },
  },
  {
    name: 'data folder',
    same: true,
    valuesOnly: true,
    knock: async ({ program }) => {
      const files = readdirSync(program.folder, { recursive: true, withFileTypes: true }).filter((each) =>
        each.isFile(),
      );
      return files.map((each) => readFileSync(join(each.parentPath, each.name), 'latin1')).join('\n');
    },
  },
];

/** A danger in the home, so that there is something to tell of; a reading that raises it each time. */
async function raiseAlarm(program: Program): Promise<void> {
  const password = await program.token('--mqtt', 'demo-rented');
  const client = await program.connect({ username: 'demo-rented', password });
  for (const gas of [true, false]) {
    await client.publishAsync('homes/demo-rented/zigbee2mqtt/kitchen/gas', JSON.stringify({ gas }), { qos: 1 });
  }
  await client.endAsync();
}
