import type { Plugin } from 'graphql-yoga';
import { CodedError } from '../../twin/CodedError.ts';
import { toGraphQLError } from '../errors.ts';
import type { Context } from '../resolvers/Context.ts';

/**
 * Answers no query while something that answers rest on has failed: a graph that knows what was not kept, or no policies
 * (fail closed). The administrator, who reads nothing of homes, may still look what is wrong; streams go on, because
 * people are told of a danger to their life whatever has failed.
 */
export function refuseWhileUnready(): Plugin<Context> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { caller, ports } = (args.contextValue as Context).session;
      if (caller.kind !== 'account') return;
      const reasons = ports.unready();
      if (reasons.length === 0) return;
      const hint = 'ask `/readyz` for the reasons, and again when there are none';
      const error = new CodedError('engine:unready', `nothing is answered now: ${reasons.join('; ')}`, { hint });
      setResultAndStopExecution({ errors: [toGraphQLError(error)] });
    },
  };
}
