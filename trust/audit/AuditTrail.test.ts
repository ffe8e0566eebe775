import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { SqliteStore } from '../../twin/stores/sqlite/SqliteStore.ts';
import { ActivationLog } from '../activations/ActivationLog.ts';
import { FileKeyStore } from '../keys/fileKeyStore/FileKeyStore.ts';
import { Sm4Sealer } from '../Sm4Sealer.ts';
import type { AuditEntry } from './AuditEntry.ts';
import { AuditTrail } from './AuditTrail.ts';
import { verifyAudit } from './verifyAudit.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-audit-'));
afterAll(() => rmSync(root, { recursive: true }));

const AT = '2026-01-01T00:00:00.000Z';
const flagged = (home: string): Change => ({ kind: 'home_flagged', home, flag: 'elder_alone', on: true });
const read = (subject: string): AuditEntry => ({
  kind: 'decisions',
  subject,
  action: 'read',
  purpose: 'own_use',
  outcomes: { raw: 2, denied: 1 },
  records: 'ab'.repeat(32),
  bundle: 'b1',
});

/** A folder's parts, joined as the writer joins them. */
function open() {
  const keys = FileKeyStore.open(mkdtempSync(join(root, 'f')), {});
  const store = SqliteStore.open(':memory:', new Sm4Sealer(keys));
  const db = store.database;
  const activations = new ActivationLog(db, keys);
  let trail = new AuditTrail(db, keys);
  const write = (entries: AuditEntry[], changes: Change[] = [], { sign = false } = {}) => {
    const grown = store.transact(() => {
      store.prepare({ changes: changes.map((change) => ({ at: AT, change })) })();
      trail.prepare(entries.map((entry) => ({ at: AT, entry })))();
      const heads = { changes: store.head, activations: activations.head };
      trail.sealHeads(heads);
      return trail.checkpoint(AT, heads, { always: sign });
    });
    if (sign) trail.anchor(grown);
  };
  const reopen = () => {
    trail = new AuditTrail(db, keys);
    return trail;
  };
  const problems = () => verifyAudit(db, keys).problems.map(({ log, seq, problem }) => `${log} ${seq} ${problem}`);
  return { keys, db, write, reopen, problems, trail, store };
}

const command: AuditEntry = {
  kind: 'command',
  subject: 'i',
  home: 'h1',
  device: 'lock',
  property: 'state',
  outcome: 'raw',
  decision: 'd1',
};

/** A folder with nine audit rows, the last a device command, and six changes, a signed checkpoint after the fourth and third. */
function filled() {
  const folder = open();
  folder.write(['a', 'b', 'c', 'd'].map(read), ['h1', 'h2', 'h3'].map(flagged), { sign: true });
  folder.write([...['e', 'f', 'g', 'h'].map(read), command], ['h4', 'h5', 'h6'].map(flagged));
  return folder;
}

it('proves an audit and changes that nobody touched [SC-8.6-11]', () => {
  const { db, keys, problems, write, reopen } = filled();
  expect(problems()).toEqual([]);
  expect(verifyAudit(db, keys)).toMatchObject({
    intact: true,
    logs: [
      { log: 'audit', rows: 9 },
      { log: 'changes', rows: 6 },
      { log: 'activations', rows: 0 },
    ],
  });
  reopen();
  write([{ kind: 'start', subject: null, version: '1', bundle: null }]);
  expect(problems()).toEqual([]);
});

it('proves an audit of which data were erased since', () => {
  const folder = open();
  folder.write([read('ana')], [flagged('h1')], { sign: true });
  new Sm4Sealer(folder.keys).destroy({ kind: 'home', home: 'h1', tenancy: null, group: 'closed' });
  expect(folder.problems()).toEqual([]);
});

describe('verifying names the first row that is not as it was written', () => {
  const cases: readonly (readonly [what: string, sql: string, found: string])[] = [
    [
      'an entry altered',
      `UPDATE audit SET body = replace(body, '"raw":2', '"raw":0') WHERE seq = 6`,
      'audit 6 altered',
    ],
    ['the time of an entry altered', `UPDATE audit SET at = '2027' WHERE seq = 2`, 'audit 2 altered'],
    [
      'a device command altered',
      `UPDATE audit SET body = replace(body, '"lock"', '"lamp"') WHERE seq = 9`,
      'audit 9 altered',
    ],
    ['a device command removed', 'DELETE FROM audit WHERE seq = 9', 'audit 9 truncated'],
    ['an entry removed', 'DELETE FROM audit WHERE seq = 5', 'audit 5 removed'],
    ['the first entry removed', 'DELETE FROM audit WHERE seq = 1', 'audit 1 removed'],
    [
      'two entries exchanged',
      'UPDATE audit SET seq = -7 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; UPDATE audit SET seq = 8 WHERE seq = -7',
      'audit 7 altered',
    ],
    [
      'entries moved up over a removed one',
      'DELETE FROM audit WHERE seq = 6; UPDATE audit SET seq = seq - 1 WHERE seq > 6',
      'audit 6 altered',
    ],
    ['the tail cut off', 'DELETE FROM audit WHERE seq > 7', 'audit 8 truncated'],
    ['everything removed', 'DELETE FROM audit; DELETE FROM heads; DELETE FROM checkpoints', 'audit 1 truncated'],
    ['the head removed', `DELETE FROM heads WHERE log = 'audit'`, 'audit 9 head_forged'],
    [
      'tail and head set back',
      `DELETE FROM audit WHERE seq > 7; UPDATE heads SET seq = 7 WHERE log = 'audit'`,
      'audit 7 head_forged',
    ],
    [
      'a checkpoint altered',
      `UPDATE checkpoints SET chain = zeroblob(32) WHERE log = 'audit'`,
      'audit 4 checkpoint_broken',
    ],
    ['a sealed change altered', 'UPDATE changes SET body = zeroblob(40) WHERE seq = 2', 'changes 2 altered'],
    ['a change given to another home', `UPDATE changes SET home = 'h9' WHERE seq = 5`, 'changes 5 altered'],
    ['a change removed', 'DELETE FROM changes WHERE seq = 4', 'changes 4 removed'],
    ['the last changes cut off', 'DELETE FROM changes WHERE seq > 4', 'changes 5 truncated'],
  ];
  it.each(cases)('finds %s [DH-7.5.3-2] [SC-8.6-11] [SH-6.2.6-c] [CC-4.1.6-c-2] [DH-7.6.4]', (_, sql, found) => {
    const { db, problems } = filled();
    db.exec(sql);
    expect(problems()).toContain(found);
  });
});

it('finds a chain that was made anew from an altered row on', () => {
  const [forged, honest] = [open(), filled()];
  forged.write(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'x', 'y'].map(read));
  const rows = forged.db.prepare('SELECT seq, at, body, chain FROM audit ORDER BY seq').all();
  honest.db.exec('DELETE FROM audit');
  const insert = honest.db.prepare('INSERT INTO audit (seq, at, body, chain) VALUES (?, ?, ?, ?)');
  for (const row of rows) insert.run(row['seq']!, row['at']!, row['body']!, row['chain']!);
  expect(honest.problems()).toEqual(['audit 4 checkpoint_broken']);
  honest.db.exec('DELETE FROM checkpoints');
  honest.keys.keepNote('anchor audit', '{"seq":0,"chain":""}');
  expect(honest.problems()).toEqual(['audit 9 head_forged']);
});

it('finds a database that was set back as a whole to before its last checkpoint', () => {
  const folder = open();
  folder.write([read('a'), read('b')], [flagged('h1')]);
  const backup = folder.db.serialize();
  folder.write([read('c')], [flagged('h2')], { sign: true });
  folder.db.deserialize(backup);
  expect(folder.problems()).toEqual(['audit 3 truncated', 'changes 2 truncated']);
});

it('does not go on over a tail that was cut off', () => {
  const { db, reopen } = filled();
  db.exec('DELETE FROM audit WHERE seq = 9');
  expect(reopen).toThrow(expect.objectContaining({ code: 'trust:audit.broken' }));
});

it('keeps subjects by pseudonym and finds all that one did, in order [DH-7.6.7-3] [CC-4.1.6-b-2]', () => {
  const { db, write, trail } = open();
  write([
    read('account-of-ana'),
    read('account-of-bo'),
    { kind: 'token', subject: 'account-of-ana', event: 'issued', tier: 'home' },
  ]);
  expect(JSON.stringify(db.prepare('SELECT * FROM audit').all())).not.toContain('account-of');
  const found = trail.find({ subject: 'account-of-ana', first: 10 });
  expect(found.map(({ seq, entry }) => [seq, entry.kind])).toEqual([
    [1, 'decisions'],
    [3, 'token'],
  ]);
  expect(found[0]?.entry.subject).toMatch(/^p_[0-9a-f]{32}$/);
  expect(trail.find({ kind: 'decisions', after: 1, first: 10 }).map(({ seq }) => seq)).toEqual([2]);
  expect(trail.find({ subject: 'account-of-cy', first: 10 })).toEqual([]);
});

it('finds for a person what that person was told of, newest first, and keeps no name of either side', () => {
  const { db, write, trail, reopen } = open();
  const note = (decision: string, ...told: string[]): AuditEntry => ({
    kind: 'obligation',
    subject: 'account-of-ana',
    home: 'h1',
    decision,
    duty: 'notify',
    who: 'residents',
    told,
  });
  write([note('d1', 'person-of-bo', 'person-of-cy'), read('account-of-ana'), note('d2', 'person-of-bo'), note('d3')]);
  const notice = (decision: string) => ({ at: AT, home: 'h1', decision, who: 'residents' });
  expect(trail.notices('person-of-bo', 10)).toEqual([notice('d2'), notice('d1')]);
  expect(trail.notices('person-of-bo', 1)).toEqual([notice('d2')]);
  expect(reopen().notices('person-of-cy', 10)).toEqual([notice('d1')]);
  expect(trail.notices('account-of-ana', 10)).toEqual([]);
  const rows = ['audit', 'notices'].map((table) => db.prepare(`SELECT * FROM ${table}`).all());
  expect(JSON.stringify(rows)).not.toMatch(/account-of|person-of/);
});

it('signs a checkpoint when a log has grown by a thousand rows', () => {
  const { db, write, problems } = open();
  write(Array.from({ length: 999 }, () => read('a')));
  const count = () => Number(db.prepare('SELECT count(*) AS n FROM checkpoints').get()?.['n']);
  expect(count()).toBe(0);
  write([read('a')]);
  expect(count()).toBe(1);
  expect(problems()).toEqual([]);
});
