import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLScalarType, type GraphQLSchema, valueFromASTUntyped } from 'graphql';
import { administrationResolvers } from '../resolvers/administration.ts';
import { subscriptionResolvers } from '../resolvers/alarmChanged.ts';
import { alarmResolvers } from '../resolvers/alarms.ts';
import { bindingResolvers } from '../resolvers/bindings.ts';
import { breakGlassResolvers } from '../resolvers/breakGlass.ts';
import { bundleResolvers } from '../resolvers/bundles.ts';
import { commandResolvers } from '../resolvers/commands.ts';
import { decisionResolvers } from '../resolvers/decisions.ts';
import { firmwareResolvers } from '../resolvers/firmware.ts';
import { homeResolvers } from '../resolvers/home.ts';
import { homeRuleResolvers } from '../resolvers/homeRules.ts';
import { householdResolvers } from '../resolvers/household.ts';
import { incidentResolvers } from '../resolvers/incidents.ts';
import { instrumentResolvers } from '../resolvers/instruments.ts';
import { mutationResolvers } from '../resolvers/mutations.ts';
import { noticeResolvers } from '../resolvers/notices.ts';
import { placeResolvers } from '../resolvers/place.ts';
import { queryResolvers } from '../resolvers/queries.ts';
import { runResolvers } from '../resolvers/runs.ts';
import { sceneResolvers } from '../resolvers/scenes.ts';
import { sharedDataResolvers } from '../resolvers/sharedData.ts';
import { simulationResolvers } from '../resolvers/simulations.ts';
import { waiverResolvers } from '../resolvers/waivers.ts';
import { enumSdl } from './enums.ts';

const json = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

/** The schema in its own language: `twinward.graphql` and the enums that the words of the field make. */
export function schemaSdl(): string {
  return `${readFileSync(new URL('./twinward.graphql', import.meta.url), 'utf8')}\n${enumSdl()}\n`;
}

/** The one schema that all endpoints serve. */
export function createSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: schemaSdl(),
    // What several speak of, such as queries, is joined by the tool.
    resolvers: [
      { JSON: json },
      queryResolvers,
      homeResolvers,
      decisionResolvers,
      commandResolvers,
      mutationResolvers,
      alarmResolvers,
      bindingResolvers,
      firmwareResolvers,
      incidentResolvers,
      householdResolvers,
      placeResolvers,
      sceneResolvers,
      homeRuleResolvers,
      instrumentResolvers,
      waiverResolvers,
      breakGlassResolvers,
      administrationResolvers,
      bundleResolvers,
      simulationResolvers,
      subscriptionResolvers,
      runResolvers,
      noticeResolvers,
      sharedDataResolvers,
    ],
  });
}
