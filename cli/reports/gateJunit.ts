import { changeText, type Gate, type GatedReport, gatesOf } from '../simulate/gates.ts';
import { xml } from './xml.ts';

/**
 * What impact reports are held against as JUnit XML, which build servers read: for each report a suite for what is expected
 * and one for limits.
 */
export function gateJunit(reports: readonly GatedReport[]): string {
  const suites = reports.flatMap((report, index) =>
    [...Map.groupBy(gatesOf(report), ({ kind }) => kind)].map(([kind, ofKind]) => {
      const name = `${report.scenario}${reports.length > 1 ? ` report ${index + 1}` : ''} ${kind}s`;
      const counts = `tests="${ofKind.length}" failures="${ofKind.filter(({ met }) => !met).length}"`;
      const cases = ofKind.map((gate) => testcase(gate, report));
      return [`  <testsuite name="${xml(name)}" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
    }),
  );
  const gates = reports.flatMap(gatesOf);
  const failures = gates.filter(({ met }) => !met).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="twinward simulate" tests="${gates.length}" failures="${failures}">`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function testcase({ kind, measure, wanted, found, met, changes }: Gate, report: GatedReport): string {
  const head = `    <testcase classname="${xml(report.scenario)}" name="${measure}: ${xml(wanted)}"`;
  if (met) return `${head}/>`;
  const text = changes.map((place) => changeText(report.changes[place]!)).join('\n');
  return [
    `${head}>`,
    `      <failure type="scenario:${kind}.${measure}" message="${xml(`${found} are ${measure}`)}">${xml(text)}</failure>`,
    '    </testcase>',
  ].join('\n');
}
