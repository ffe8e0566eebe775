import { isError, type Problem } from '../problems.ts';
import { formatPlace } from '../reportError.ts';
import type { Report } from './Report.ts';
import { xml } from './xml.ts';

/** A report as JUnit XML, which build servers read: a suite for each file, a case for each problem, or one that passes. */
export function junitReport({ files, problems }: Report): string {
  // JUnit knows what passes and what fails, and nothing between.
  const failures = problems.filter(isError);
  const byFile = Map.groupBy(failures, ({ place }) => place?.file ?? '');
  const names = [...new Set([...files, ...byFile.keys()])].sort();
  const suites = names.map((name) => suite(name === '' ? 'twinward check' : name, byFile.get(name) ?? []));
  const tests = names.reduce((sum, name) => sum + Math.max(1, byFile.get(name)?.length ?? 0), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="twinward check" tests="${tests}" failures="${failures.length}">`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function suite(name: string, problems: readonly Problem[]): string {
  const cases =
    problems.length > 0 ? problems.map((each) => failure(name, each)) : [`    ${testcase(name, 'check')}/>`];
  const counts = `tests="${cases.length}" failures="${problems.length}"`;
  return [`  <testsuite name="${xml(name)}" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
}

function failure(name: string, { code, message, hint, place, related = [] }: Problem): string {
  const where = place ? formatPlace(place) : name;
  const others = related.map((each) => `see: ${formatPlace(each)}`);
  const text = [where, message, ...others, ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n');
  const at = place?.line === undefined ? '' : ` at ${place.line}:${place.column ?? 1}`;
  return [
    `    ${testcase(name, `${code}${at}`)}>`,
    `      <failure type="${xml(code)}" message="${xml(message)}">${xml(text)}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function testcase(file: string, name: string): string {
  return `<testcase classname="${xml(file)}" name="${xml(name)}"`;
}
