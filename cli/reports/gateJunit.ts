import { changeText, type Gate, type GatedReport, gatesOf } from '../simulate/gates.ts';
import { xml } from './xml.ts';

/** What an impact report is held against as JUnit XML, which build servers read: a suite for what is expected, one for limits. */
export function gateJunit(report: GatedReport): string {
  const gates = gatesOf(report);
  const suites = [...Map.groupBy(gates, ({ kind }) => kind)].map(([kind, ofKind]) => {
    const counts = `tests="${ofKind.length}" failures="${ofKind.filter(({ met }) => !met).length}"`;
    const cases = ofKind.map((gate) => testcase(gate, report));
    return [`  <testsuite name="${xml(report.scenario)} ${kind}s" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
  });
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
