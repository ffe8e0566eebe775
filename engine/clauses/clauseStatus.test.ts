import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadClauses } from './ClauseRegister.ts';
import { type ClauseStatus, readClauseStatus } from './clauseStatus.ts';
import { findCitations } from './findCitations.ts';
import { readRecords } from './readRecords.ts';
import { clausesInTitle } from './shownClauses.ts';

const repository = join(import.meta.dirname, '..', '..');
const register = loadClauses(repository);
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'twinward-clauses-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('cites only clauses that exist in the policies, rules and lifecycles of this repository', () => {
  expect(findCitations(repository).filter(({ clause }) => !register.byId.has(clause))).toEqual([]);
});

describe('the status of a clause', () => {
  it('is open when nothing speaks of it', () => {
    expect(readClauseStatus(root, register).every(({ status }) => status === 'open')).toBe(true);
    expect(readClauseStatus(root, register)).toHaveLength(1221);
  });

  it('is enforced when a policy, a rule or a lifecycle cites it', () => {
    write('policies/sharing/not_shared/not_shared.rego', REGO);
    write('rules/safety/gas_leak.json', JSON.stringify({ id: 'gas_leak', clauses: ['DH-4.3.8'] }));
    write('twin/lifecycles/lease.ts', "export const lease = { meta: { clauses: ['RA-3.5', 'RA-5.1'] } };");
    expect(statusOf('DH-5.4.6')).toMatchObject({ status: 'enforced', by: ['policy:sharing.not_shared'], tests: [] });
    expect(statusOf('DH-5.4.6-s3').by).toEqual(['policy:sharing.not_shared/not_shared']);
    expect(statusOf('DH-4.3.8').by).toEqual(['rule:gas_leak']);
    expect(statusOf('RA-5.1')).toMatchObject({ status: 'enforced', by: ['lifecycle:lease'] });
  });

  it('is shown when a passing test shows it, whoever enforces it', () => {
    write('policies/sharing/not_shared/not_shared.rego', REGO);
    write('docs/clauses/shown.json', JSON.stringify({ 'DH-5.4.6-s3': ['a.test.ts > denies'] }));
    expect(statusOf('DH-5.4.6-s3')).toMatchObject({
      status: 'shown',
      by: ['policy:sharing.not_shared/not_shared'],
      tests: ['a.test.ts > denies'],
    });
  });

  it('is record when people have signed that they did their duty', () => {
    write('docs/records/drill.yaml', 'title: Drill\nclauses: [DH-6.3.8-1]\nowner: Li Wei\ndate: 2026-11-21\n');
    expect(statusOf('DH-6.3.8-1')).toMatchObject({ status: 'record', by: ['record:docs/records/drill.yaml'] });
    expect(statusOf('DH-6.3.8-2').status).toBe('open');
  });
});

describe('citations', () => {
  it('name the place of each citation', () => {
    write('policies/sharing/not_shared/not_shared.rego', REGO);
    write(
      'twin/lifecycles/alarm.ts',
      '// first line\n/** Stays raised. @clause DH-4.3.4-s6. */\nexport const alarm = {};',
    );
    expect(findCitations(root).map(({ clause, place }) => [clause, place])).toEqual([
      ['DH-4.3.4-s6', { file: 'twin/lifecycles/alarm.ts', line: 2 }],
      ['DH-5.4.6', { file: 'policies/sharing/not_shared/not_shared.rego', line: 1 }],
      ['DH-5.4.6-s1', { file: 'policies/sharing/not_shared/not_shared.rego', line: 15 }],
      ['DH-5.4.6-s3', { file: 'policies/sharing/not_shared/not_shared.rego', line: 7 }],
    ]);
  });

  it('take the head of a rule that gives no reason', () => {
    write('policies/sharing/not_shared/not_shared.rego', REGO);
    expect(findCitations(root).find(({ clause }) => clause === 'DH-5.4.6-s1')?.by).toBe(
      'policy:sharing.not_shared/open',
    );
  });

  it('leave out drafts and tests of policies', () => {
    write('policies/drafts/open.rego', REGO);
    write('policies/sharing/not_shared/not_shared_test.rego', REGO);
    expect(findCitations(root)).toEqual([]);
  });

  it('refuse METADATA that is no YAML and a rule that is no JSON, each with its place', () => {
    write('policies/a/a.rego', '# METADATA\n# custom: [\npackage a\n');
    expect(() => findCitations(root)).toThrow(
      expect.objectContaining({
        code: 'policy:metadata.invalid',
        place: { file: 'policies/a/a.rego', line: 1 },
      }),
    );
    rmSync(join(root, 'policies'), { recursive: true });
    write('rules/a.json', '{');
    expect(() => findCitations(root)).toThrow(
      expect.objectContaining({
        code: 'rule:json.invalid',
        place: { file: 'rules/a.json', line: 1, column: 2 },
      }),
    );
  });
});

describe('a record of a duty', () => {
  const whole = { title: 'Drill', clauses: ['DH-6.3.8-1'], owner: 'Li Wei', date: '2026-11-21' };
  const reading = (fields: object) => (): unknown => {
    write('docs/records/drill.yaml', JSON.stringify(fields));
    return readRecords(root, register);
  };
  const refused = (expected: object): unknown =>
    expect.objectContaining({ code: 'engine:record.invalid', ...expected });

  it('has a title, an owner, a date and clauses', () => {
    expect(reading(whole)()).toEqual([{ ...whole, place: { file: 'docs/records/drill.yaml' } }]);
    for (const field of Object.keys(whole)) {
      expect(reading({ ...whole, [field]: undefined })).toThrow(
        refused({ message: expect.stringContaining(`\`${field}\``), place: { file: 'docs/records/drill.yaml' } }),
      );
    }
  });

  it('has a date that is a day', () => {
    for (const date of ['2026-02-30', '21 November', '2026-13-01']) {
      expect(reading({ ...whole, date })).toThrow(refused({}));
    }
  });

  it('names no clause that the product has to meet itself', () => {
    expect(reading({ ...whole, clauses: ['DH-5.4.6-s3'] })).toThrow(
      refused({ message: 'clause `DH-5.4.6-s3` is no duty of people: a test has to show it' }),
    );
  });

  it('names no clause that does not exist', () => {
    expect(reading({ ...whole, clauses: ['DH-6.3.8-9'] })).toThrow(refused({ code: 'engine:clause.not_found' }));
  });
});

it('reads the clauses at the end of a title', () => {
  expect(clausesInTitle('denies [DH-6.2.4-5] [DH-6.2.3]')).toEqual({
    title: 'denies',
    clauses: ['DH-6.2.4-5', 'DH-6.2.3'],
  });
  expect(clausesInTitle('reads an array [1, 2]')).toEqual({ title: 'reads an array [1, 2]', clauses: [] });
  expect(clausesInTitle('has [DH-6.2.3] in the middle')).toEqual({
    title: 'has [DH-6.2.3] in the middle',
    clauses: [],
  });
});

const REGO = `# METADATA
# title: Data marked not shared is not shared
# custom:
#   clauses: [DH-5.4.6]
package sharing.not_shared

# METADATA
# title: Not shared
# custom:
#   clauses: [DH-5.4.6-s3]
deny contains {"rule": "not_shared"} if {
	input.resource.label.sharing == "not_shared"
}

# METADATA
# custom:
#   clauses:
#     - DH-5.4.6-s1
open if input.resource.label.sharing == "unconditional"
`;

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

function statusOf(id: string): ClauseStatus {
  return readClauseStatus(root, register).find(({ clause }) => clause.id === id)!;
}
