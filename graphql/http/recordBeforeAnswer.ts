import type { Plugin } from 'graphql-yoga';
import { CodedError } from '../../twin/CodedError.ts';
import { toGraphQLError } from '../errors.ts';
import type { Context } from '../resolvers/Context.ts';

/**
 * Holds every answer back until what was decided for it is written down. When that fails the whole answer is an error
 * and carries no data (fail closed). Only what tells people of a danger to their life goes out all the same.
 */
export function recordBeforeAnswer(): Plugin<Context> {
  return {
    onExecute: ({ args }) => ({
      async onExecuteDone({ setResult }) {
        const failure = await recordOf(args.contextValue as Context);
        if (failure) setResult(failure);
      },
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult: () => ({
        async onNext({ setResult }) {
          const context = args.contextValue as Context;
          const failure = await recordOf(context);
          if (failure && !context.session.lifeSafety) setResult(failure);
        },
      }),
    }),
  };
}

async function recordOf({ session }: Context) {
  try {
    await session.record();
    return null;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    session.ports.log.error({ err: error }, 'decisions were not written down');
    return { errors: [toGraphQLError(error)] };
  }
}
