import type { RegoModule } from '../Compiled.ts';
import type { PublishedCase } from './PublishedCase.ts';

/** The rule that yields the bindings of a case's query, as an entry point. */
export const BINDINGS = 'conformance/bindings';

/** A case as an evaluator is asked it. */
type AskedCase = { readonly modules: readonly RegoModule[]; readonly input?: unknown };

/**
 * Makes a case one that a bundle can be asked. A bundle answers for rules and not for queries, so the query becomes the
 * body of a rule, which collects what it binds. An input that is no JSON is put in place by `with`.
 */
export function askedCase({
  query,
  modules = [],
  input,
  input_term: term,
  want_result: want,
}: PublishedCase): AskedCase {
  const variables = Object.keys(want?.[0] ?? {}).map((name) => `${JSON.stringify(name)}: ${name}`);
  const parsed = term === undefined ? { input } : parse(term);
  const body = parsed ? query : `${query} with input as ${term}`;
  const rule = `package conformance\n\nbindings contains {${variables.join(', ')}} if {\n\t${body}\n}\n`;
  return {
    modules: [
      ...modules.map((source, index) => ({ file: `case-${index}.rego`, source })),
      { file: 'query.rego', source: rule },
    ],
    ...(parsed?.input !== undefined && parsed),
  };
}

function parse(term: string): { readonly input: unknown } | null {
  try {
    return { input: JSON.parse(term) };
  } catch {
    return null;
  }
}
