import { pathToFileURL } from 'node:url';
import { POLICY_PROBLEMS } from '../../engine/rego/checks/codes.ts';
import { RULE_PROBLEMS } from '../../engine/rules/checks/codes.ts';
import { isError, type Problem } from '../problems.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { readVersion } from '../version.ts';
import type { Report } from './Report.ts';

const MEANINGS: Readonly<Record<string, string>> = { ...POLICY_PROBLEMS, ...RULE_PROBLEMS };

/**
 * A report in SARIF 2.1.0, which code hosts and editors read (OASIS, `sarif-schema-2.1.0.json`). Files are named from the
 * repository's root; columns count characters, as OPA's do.
 *
 * @param meanings what problems mean, by code, where the code itself does not say enough
 */
export function sarifReport(
  { problems }: Pick<Report, 'problems'>,
  meanings: Readonly<Record<string, string>> = MEANINGS,
): object {
  const ids = [...new Set(problems.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'twinward',
            version: readVersion(),
            rules: ids.map((id) => ({
              id,
              name: nameOf(id),
              shortDescription: { text: meanings[id] ?? id.replace(/[:._]/g, ' ') },
            })),
          },
        },
        columnKind: 'unicodeCodePoints',
        originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(repositoryRoot).href}/` } },
        invocations: [{ executionSuccessful: true }],
        results: problems.map((problem) => resultOf(problem, ids)),
      },
    ],
  };
}

function resultOf(problem: Problem, ids: readonly string[]): object {
  const { code, message, hint, place, fix, related = [] } = problem;
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
  const others = related.filter(({ file }) => file !== undefined);
  const result = {
    ruleId: code,
    ruleIndex: ids.indexOf(code),
    level: isError(problem) ? 'error' : 'warning',
    message: { text },
    ...(others.length > 0 && {
      relatedLocations: others.map(({ file, line, column }) => ({
        physicalLocation: {
          artifactLocation: artifactOf(file!),
          ...(line && { region: { startLine: line, ...(column && { startColumn: column }) } }),
        },
      })),
    }),
  };
  if (place?.file === undefined) return result;
  const { file, line, column } = place;
  const artifactLocation = artifactOf(file);
  const region = { ...(line && { startLine: line }), ...(column && { startColumn: column }) };
  const end = fix && column !== undefined ? { endColumn: column + fix.length } : {};
  return {
    ...result,
    locations: [{ physicalLocation: { artifactLocation, ...(line && { region: { ...region, ...end } }) } }],
    ...(fix && {
      fixes: [
        {
          description: { text: hint ?? message },
          artifactChanges: [
            {
              artifactLocation,
              replacements: [{ deletedRegion: { ...region, ...end }, insertedContent: { text: fix.text } }],
            },
          ],
        },
      ],
    }),
  };
}

function artifactOf(file: string): object {
  return { uri: encodeURI(file), uriBaseId: 'ROOT' };
}

/** `policy:input.unknown_path` as `PolicyInputUnknownPath`, as names of rules are written in SARIF. */
function nameOf(code: string): string {
  return code
    .split(/[^a-z0-9]+/i)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
