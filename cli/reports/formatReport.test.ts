import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../problems.ts';
import { formatReport, type ReportFormat } from './formatReport.ts';
import { type Report, reportOf } from './Report.ts';

const FILE = 'policies/sharing/a b/<x>.rego';
const problems: readonly Problem[] = [
  {
    code: 'policy:input.unknown_path',
    message: 'the input has no `resource.lable`',
    place: { file: FILE, line: 12, column: 8 },
    hint: 'did you mean `label`?',
    fix: { length: 5, text: 'label' },
  },
  { code: 'policy:syntax', message: 'a "quote" & a \u0007 bell', place: { file: FILE, line: 2, column: 1 } },
  { code: 'engine:record.invalid', message: 'without a place' },
];
const report = reportOf([
  { what: 'the active policies', files: ['policies/main.rego', FILE], problems },
  { what: 'the draft `x`', files: [FILE], problems: problems.slice(0, 1) },
]);

describe('a report', () => {
  it('has each problem once, sorted by place', () => {
    expect(report.problems.map(({ place }) => [place?.file, place?.line])).toEqual([
      [undefined, undefined],
      [FILE, 2],
      [FILE, 12],
    ]);
    expect(report.files).toEqual(['policies/main.rego', FILE]);
  });

  it('for people names places as editors do, and says what is fine', () => {
    expect(format('text')).toBe(
      [
        'without a place',
        `${FILE}:2:1: a "quote" & a \u0007 bell`,
        `${FILE}:12:8: the input has no \`resource.lable\``,
        '  hint: did you mean `label`?',
        '',
        '3 problems',
      ].join('\n'),
    );
    expect(format('text', reportOf([{ what: 'the rules', files: [], problems: [] }]))).toBe('fine: the rules');
  });

  it('tells the other places that a problem is about, and that a warning fails nothing', () => {
    const place = { file: 'rules/a.json', line: 4, column: 3 };
    const related = [{ file: 'rules/b.json', line: 9, column: 5 }];
    const two: readonly Problem[] = [
      { code: 'rule:command.conflict', severity: 'error', message: 'they differ', place, related, hint: 'choose' },
      { code: 'rule:loop', severity: 'warning', message: 'it may go round', place: { ...place, line: 7 } },
    ];
    const both = reportOf([{ what: 'the rules', files: ['rules/a.json'], problems: two }]);
    expect(format('text', both).split('\n')).toEqual([
      'rules/a.json:4:3: they differ',
      '  see: rules/b.json:9:5',
      '  hint: choose',
      'rules/a.json:7:3: warning: it may go round',
      '',
      '1 problem, 1 warning',
    ]);
    const { runs } = JSON.parse(format('sarif', both)) as Sarif;
    expect(runs[0]!.tool.driver.rules[0]).toMatchObject({
      shortDescription: { text: 'Rules that command one device differently on one event.' },
    });
    expect(runs[0]!.results).toMatchObject([
      {
        level: 'error',
        relatedLocations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'rules/b.json', uriBaseId: 'ROOT' },
              region: { startLine: 9, startColumn: 5 },
            },
          },
        ],
      },
      { level: 'warning' },
    ]);
    expect(format('junit', both)).toContain('tests="1" failures="1"');
    expect(format('junit', both)).toContain('see: rules/b.json:9:5');
  });

  it('as JSON fits on a line where it is one of many', () => {
    const line = formatReport(report, 'json', { line: true });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({ checked: report.checked, problems: report.problems });
  });

  it('as SARIF has what SARIF 2.1.0 requires, regions and fixes', () => {
    const sarif: unknown = JSON.parse(format('sarif'));
    const valid = new Ajv({ allErrors: true, strict: false }).compile(SARIF);
    expect([valid(sarif), valid.errors]).toEqual([true, null]);
    const { runs } = sarif as Sarif;
    const { tool, results } = runs[0]!;
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(problems.map(({ code }) => code)));
    for (const { ruleId, ruleIndex } of results) expect(ids[ruleIndex]).toBe(ruleId);
    expect(results.at(-1)).toEqual({
      ruleId: 'policy:input.unknown_path',
      ruleIndex: expect.any(Number),
      level: 'error',
      message: { text: 'the input has no `resource.lable`\nhint: did you mean `label`?' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'policies/sharing/a%20b/%3Cx%3E.rego', uriBaseId: 'ROOT' },
            region: { startLine: 12, startColumn: 8, endColumn: 13 },
          },
        },
      ],
      fixes: [
        {
          description: { text: 'did you mean `label`?' },
          artifactChanges: [
            {
              artifactLocation: { uri: 'policies/sharing/a%20b/%3Cx%3E.rego', uriBaseId: 'ROOT' },
              replacements: [
                {
                  deletedRegion: { startLine: 12, startColumn: 8, endColumn: 13 },
                  insertedContent: { text: 'label' },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(valid(JSON.parse(format('sarif', reportOf([]))))).toBe(true);
  });

  it('as JUnit counts a case for each problem and each file without one, and escapes what XML does not take', () => {
    const xml = format('junit');
    expect(xml.split('\n')).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="twinward check" tests="4" failures="3">',
      '  <testsuite name="twinward check" tests="1" failures="1">',
      '    <testcase classname="twinward check" name="engine:record.invalid">',
      '      <failure type="engine:record.invalid" message="without a place">twinward check',
      'without a place</failure>',
      '    </testcase>',
      '  </testsuite>',
      '  <testsuite name="policies/main.rego" tests="1" failures="0">',
      '    <testcase classname="policies/main.rego" name="check"/>',
      '  </testsuite>',
      '  <testsuite name="policies/sharing/a b/&lt;x&gt;.rego" tests="2" failures="2">',
      '    <testcase classname="policies/sharing/a b/&lt;x&gt;.rego" name="policy:syntax at 2:1">',
      '      <failure type="policy:syntax" message="a &quot;quote&quot; &amp; a \uFFFD bell">policies/sharing/a b/&lt;x&gt;.rego:2:1',
      'a &quot;quote&quot; &amp; a \uFFFD bell</failure>',
      '    </testcase>',
      '    <testcase classname="policies/sharing/a b/&lt;x&gt;.rego" name="policy:input.unknown_path at 12:8">',
      '      <failure type="policy:input.unknown_path" message="the input has no `resource.lable`">policies/sharing/a b/&lt;x&gt;.rego:12:8',
      'the input has no `resource.lable`',
      'hint: did you mean `label`?</failure>',
      '    </testcase>',
      '  </testsuite>',
      '</testsuites>',
    ]);
  });
});

function format(form: ReportFormat, of: Report = report): string {
  return formatReport(of, form, { line: false });
}

type Sarif = {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
  }[];
};

const text = { type: 'string', minLength: 1 };
const message = object({ text }, ['text']);
const count = { type: 'integer', minimum: 1 };
const region = object({ startLine: count, startColumn: count, endLine: count, endColumn: count }, ['startLine']);
const artifactLocation = object(
  { uri: { type: 'string', pattern: "^[A-Za-z0-9%._~/!$&'()*+,;=:@-]+$" }, uriBaseId: text },
  ['uri'],
);

/** The part of the schema of SARIF 2.1.0 (OASIS) that a report of ours uses: all that is required there, and nothing else. */
const SARIF = object(
  {
    $schema: text,
    version: { const: '2.1.0' },
    runs: list(
      object(
        {
          tool: object(
            {
              driver: object(
                {
                  name: text,
                  version: text,
                  rules: {
                    ...list(object({ id: text, name: text, shortDescription: message }, ['id'])),
                    uniqueItems: true,
                  },
                },
                ['name'],
              ),
            },
            ['driver'],
          ),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          originalUriBaseIds: {
            type: 'object',
            additionalProperties: object({ uri: { type: 'string', pattern: '^file:///.*/$' } }, ['uri']),
          },
          invocations: list(object({ executionSuccessful: { type: 'boolean' } }, ['executionSuccessful'])),
          results: list(
            object(
              {
                ruleId: text,
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message,
                locations: list(
                  object({ physicalLocation: object({ artifactLocation, region }, ['artifactLocation']) }, []),
                ),
                fixes: list(
                  object(
                    {
                      description: message,
                      artifactChanges: list(
                        object(
                          {
                            artifactLocation,
                            replacements: list(
                              object({ deletedRegion: region, insertedContent: object({ text }, []) }, [
                                'deletedRegion',
                              ]),
                              1,
                            ),
                          },
                          ['artifactLocation', 'replacements'],
                        ),
                        1,
                      ),
                    },
                    ['artifactChanges'],
                  ),
                ),
              },
              ['message'],
            ),
          ),
        },
        ['tool'],
      ),
    ),
  },
  ['version', 'runs'],
);

function object(properties: Readonly<Record<string, object>>, required: readonly string[]): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

function list(items: object, minItems = 0): object {
  return { type: 'array', items, minItems };
}
