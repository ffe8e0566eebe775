import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyIdOf, makeKeyPair } from '../../../trust/signing/signatures.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import type { ImpactReport } from '../ImpactReport.ts';
import { parseScenario } from '../parseScenario.ts';
import { compareReports } from './compareReports.ts';
import { htmlReport } from './htmlReport.ts';
import { parseSignedReport } from './parseSignedReport.ts';
import { type SignedReport, signReport, statementDigest } from './SignedReport.ts';
import { context, report as sample } from './testdata/report.ts';
import { verifyReport } from './verifyReport.ts';

const scenario = parseScenario(
  `version: 1
name: small
title: A small one
question: who sees what
at: "2027-01-01T00:00:00Z"
population: { seed: 1, homes: 4 }
area: city
actions: [read]
purposes: [care]
proposed: quick_fix
requesters: [{ id: a, tier: city }]
`,
  's.yaml',
);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const report: ImpactReport = {
  ...sample,
  inputs: { ...sample.inputs, scenario: digest(canonicalJson(scenario)), baseline: 'b', proposed: 'p' },
};
const pair = makeKeyPair('ed25519');
const key = { ...pair, id: keyIdOf(pair), holder: 'ana' };
const trusted = { ...key, roles: ['author'], from: null, until: null } as const;
const signed = signReport({ scenario, report }, key);
const at = Date.parse('2027-01-01T00:00:00Z');

const reread = (value: unknown) => parseSignedReport(JSON.stringify(value), 'r.json');
const refusal = (value: unknown) => expect.objectContaining({ code: `scenario:report.${value}` });

describe('a signed report', () => {
  it('is believed of a trusted key, whose algorithm and holder are looked up', () => {
    const read = reread(signed);
    expect(read).toEqual(signed);
    expect(verifyReport(read, { keys: [trusted], at })).toEqual([{ kind: 'held', key: trusted }]);
    const why = (keys: Parameters<typeof verifyReport>[1]['keys'], by: SignedReport = read) =>
      verifyReport(by, { keys, at }).map((check) => check.kind === 'refused' && check.why);
    expect(why([])).toEqual(['key_foreign']);
    expect(why([{ ...trusted, until: '2026-12-31T00:00:00Z' }])).toEqual(['key_expired']);
    const [signature] = read.signatures;
    expect(why([trusted], { ...read, signatures: [{ ...signature!, algorithm: 'sm2' }] })).toEqual(['algorithm_wrong']);
    expect(why([trusted], { ...read, signatures: [{ ...signature!, signer: 'ben' }] })).toEqual(['signer_wrong']);
    const other = { ...read.statement, report: { ...report, cells: 999 } };
    expect(why([trusted], { ...read, statement: other })).toEqual(['signature_wrong']);
  });

  it('is the same whatever the order of its members and the spaces between them', () => {
    const { format, statement, signatures } = signed;
    const { report: said, scenario: asked } = statement;
    const read = parseSignedReport(
      JSON.stringify({ signatures, statement: { report: said, scenario: asked }, format }, null, 3),
      'r.json',
    );
    expect(verifyReport(read, { keys: [trusted], at })[0]).toMatchObject({ kind: 'held' });
    expect(statementDigest(read.statement)).toBe(statementDigest(signed.statement));
  });

  it('is refused when it is no JSON, not signed, of a later form, not whole, or answers another scenario', () => {
    expect(() => parseSignedReport('{', 'r.json')).toThrow(refusal('unreadable'));
    expect(() => reread(report)).toThrow(refusal('unsigned'));
    expect(() => reread({ ...signed, format: 2 })).toThrow(refusal('version_other'));
    expect(() => reread({ ...signed, more: 1 })).toThrow(refusal('malformed'));
    const { matrix: _, ...less } = report;
    expect(() => reread({ ...signed, statement: { scenario, report: less } })).toThrow(refusal('malformed'));
    expect(() => reread({ ...signed, statement: { scenario: { ...scenario, area: 3 }, report } })).toThrow(
      refusal('malformed'),
    );
    expect(() => reread({ ...signed, statement: { scenario: { ...scenario, area: 'x' }, report } })).toThrow(
      refusal('inconsistent'),
    );
  });

  it('stands in the page with its digest and signer', () => {
    const said = { digest: statementDigest(signed.statement), signatures: signed.signatures };
    const page = htmlReport(report, { ...context, signed: said });
    expect(page).toContain(said.digest);
    expect(page).toContain(`<dt>signed by</dt><dd>ana, key <code>${key.id}</code> (ed25519)`);
  });
});

describe('two reports', () => {
  it('are the same, or made of other inputs, or counted otherwise', () => {
    expect(compareReports(report, structuredClone(report))).toEqual({ same: true, inputs: [], members: [] });
    const later = { ...report, revision: 13, inputs: { ...report.inputs, proposed: 'q' }, cells: 7 };
    expect(compareReports(report, later)).toEqual({
      same: false,
      inputs: [
        { input: 'proposed', was: 'p', is: 'q' },
        { input: 'revision', was: '12', is: '13' },
      ],
      members: ['cells', 'revision'],
    });
    expect(compareReports(report, { ...report, homes: 5 })).toMatchObject({
      same: false,
      inputs: [],
      members: ['homes'],
    });
  });
});
