import { GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses subscriptions by GET; yoga itself refuses mutations. */
export function onlyQueriesByGet(): Plugin {
  return {
    onSubscribe({ args }) {
      const { request } = args.contextValue as { request?: Request };
      if (request?.method !== 'GET') return;
      throw new GraphQLError(`a ${getOperationAST(args.document, args.operationName)?.operation} needs POST`, {
        extensions: { code: 'access:method.refused', http: { status: 405, headers: { Allow: 'POST' } } },
      });
    },
  };
}
