import { GraphQLError, parse, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../resolvers/Caller.ts';

/** An anonymous query is small or wrong. */
const MOST_TOKENS = 100;

/**
 * Lets the anonymous caller ask for `__typename` and nothing else. It stands before validation, so that no message of
 * the validator tells what the schema holds.
 */
export function onlyTypename(): Plugin<object, { readonly caller: Caller }> {
  return {
    onParams({ params, context, setResult }) {
      if (context.caller.kind !== 'anonymous' || typeof params.query !== 'string') return;
      if (!asksForMore(params.query)) return;
      setResult({
        errors: [
          new GraphQLError('a token is required to ask for more than `__typename`', {
            extensions: { code: 'access:token.missing', http: { spec: true, status: 401 } },
          }),
        ],
      });
    },
  };
}

function asksForMore(query: string): boolean {
  try {
    let more = false;
    visit(parse(query, { maxTokens: MOST_TOKENS }), {
      Field(node) {
        if (node.name.value !== '__typename') more = true;
      },
      Directive(node) {
        if (node.name.value !== 'skip' && node.name.value !== 'include') more = true;
      },
      InlineFragment(node) {
        if (node.typeCondition) more = true;
      },
      FragmentDefinition() {
        more = true;
      },
    });
    return more;
  } catch (error) {
    // What cannot be parsed says so by itself; what is too long is not read to its end.
    return error instanceof Error && error.message.includes('token');
  }
}
