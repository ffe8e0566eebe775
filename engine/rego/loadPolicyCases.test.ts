import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadPolicyCases } from './loadPolicyCases.ts';
import { readPolicyCases } from './policyCases.ts';

const policies = join(import.meta.dirname, '../../policies');
let root: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'cases-'));
  root = join(folder, 'policies');
  cpSync(policies, root, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

describe('loadPolicyCases', () => {
  it('reads every case, and where it begins', () => {
    const { cases, problems } = loadPolicyCases(root);
    expect(problems).toEqual([]);
    for (const { file, line, note } of cases) expect(lines(file)[line - 1]).toContain(note.slice(0, 20));
  });

  it('tells every problem of every file with line and column, and keeps the cases that are right', () => {
    write(
      'sharing/credit/cases.yaml',
      `- note: a purpose that does not exist, and a grade
  when:
    purpose: regulashun
    resource: { label: { grade: general_9 } }
  want: { outcome: denied, clauses: [] }
- note: this one is right
  when: {}
  want: { outcome: denied, clauses: [] }
`,
    );
    write(
      'sharing/minors/cases.yaml',
      '- note: an outcome that does not exist\n  wen: {}\n  want: { outcome: reduce, clauses: [] }\n',
    );
    write('sharing/care/cases.yaml', '- note: [broken\n');
    const { cases, problems } = loadPolicyCases(root);
    expect(problems.map(({ code, place, message, hint }) => [code, place, message, hint])).toEqual([
      [
        'policy:yaml.invalid',
        { file: 'policies/sharing/care/cases.yaml', line: 2, column: 1 },
        'this is not YAML',
        expect.any(String),
      ],
      [
        'policy:schema.invalid',
        { file: 'policies/sharing/credit/cases.yaml', line: 3, column: 14, path: '/0/when/purpose' },
        '`regulashun` is none of the words allowed here',
        'did you mean `regulation`?',
      ],
      [
        'policy:schema.invalid',
        { file: 'policies/sharing/credit/cases.yaml', line: 4, column: 33, path: '/0/when/resource/label/grade' },
        '`general_9` is none of the words allowed here',
        'did you mean `general_1`?',
      ],
      [
        'policy:schema.invalid',
        { file: 'policies/sharing/minors/cases.yaml', line: 1, column: 3, path: '/0' },
        '`when` is missing',
        'Merged over the default input: objects member by member, lists and values as a whole.',
      ],
      [
        'policy:schema.invalid',
        { file: 'policies/sharing/minors/cases.yaml', line: 2, column: 3, path: '/0/wen' },
        '`wen` has no meaning here',
        'did you mean `when`?',
      ],
      [
        'policy:schema.invalid',
        { file: 'policies/sharing/minors/cases.yaml', line: 3, column: 20, path: '/0/want/outcome' },
        '`reduce` is none of the words allowed here',
        'did you mean `reduced`?',
      ],
    ]);
    expect(cases.filter(({ file }) => file.includes('/credit/')).map(({ note }) => note)).toEqual([
      'this one is right',
    ]);
    expect(() => readPolicyCases(root)).toThrow(expect.objectContaining({ code: 'policy:cases.invalid' }));
  });
});

function write(file: string, text: string): void {
  writeFileSync(join(root, file), text);
}

function lines(file: string): readonly string[] {
  return readFileSync(join(root, '..', file), 'utf8').split('\n');
}
