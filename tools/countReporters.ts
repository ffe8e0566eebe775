/** Reporters that write the counts of a run as JSON to the file that TWINWARD_TEST_COUNTS names, for `.ci/run`. */
export function countReporters(): ['json', { outputFile: string }][] {
  const file = process.env['TWINWARD_TEST_COUNTS'];
  return file ? [['json', { outputFile: file }]] : [];
}
