import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, PURPOSES, ROLES, TIERS } from '../../twin/words.ts';
import { createSchema, schemaSdl } from './createSchema.ts';

const schema = createSchema();
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

describe('the schema', () => {
  it('is what its language says', () => {
    const printed = printSchema(lexicographicSortSchema(schema));
    expect(printed).toBe(printSchema(lexicographicSortSchema(buildSchema(schemaSdl()))));
  });

  it('has no mutation that touches the audit [SH-6.2.6-c]', () => {
    expect(Object.keys(schema.getMutationType()!.getFields()).sort()).toEqual([
      'acknowledgeAlarm',
      'activateBinding',
      'activateBundle',
      'advanceRollout',
      'announceDrill',
      'approveFirmware',
      'approveOrder',
      'approveSharingRequest',
      'cancelActivation',
      'cancelSimulation',
      'closeBreakGlass',
      'closeIncident',
      'commandDevice',
      'confirmBreakGlass',
      'disableRule',
      'draftCatalogueEntry',
      'enableRule',
      'endAgreement',
      'endDrill',
      'endLease',
      'endSharingRequest',
      'endWaiver',
      'giveConsent',
      'giveWaiver',
      'handleAlarm',
      'installFirmware',
      'issueDeviceToken',
      'issueToken',
      'moveIncident',
      'offerBinding',
      'offerFirmware',
      'openBreakGlass',
      'openIncident',
      'placeHome',
      'proposeAgreement',
      'publishCatalogueEntry',
      'raiseDrillAlarm',
      'recordInspection',
      'refuseOrder',
      'refuseSharingRequest',
      'registerOrder',
      'removeRule',
      'removeScene',
      'reportFirmware',
      'requestSharing',
      'resetAlarm',
      'reviewBreakGlass',
      'reviewSharingRequest',
      'revokeOrder',
      'rollBackBundle',
      'runScene',
      'setHomeMode',
      'setRule',
      'setScene',
      'signAgreement',
      'startRollout',
      'startSimulation',
      'stopRollout',
      'switchPack',
      'transferBinding',
      'unbindDevice',
      'undoRule',
      'undoScene',
      'withdrawCatalogueEntry',
      'withdrawCommand',
      'withdrawConsent',
      'withdrawFirmware',
    ]);
  });

  it('has the words of the field as the values of its enums, in their order', () => {
    const valuesOf = (name: string) => {
      const type = schema.getType(name);
      return isEnumType(type) ? type.getValues().map((value) => value.name) : null;
    };
    expect(valuesOf('Outcome')).toEqual(OUTCOMES);
    expect(valuesOf('Purpose')).toEqual(PURPOSES);
    expect(valuesOf('Role')).toEqual(ROLES);
    expect(valuesOf('Tier')).toEqual(TIERS);
  });

  it('spells fields and arguments in camel case, and values of enums in snake case', () => {
    for (const type of types) {
      if (isEnumType(type)) for (const { name } of type.getValues()) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      if (!isObjectType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        expect(field.name, `${type.name}.${field.name}`).toMatch(/^[a-z][a-zA-Z0-9]*$/);
        for (const { name } of 'args' in field ? field.args : []) expect(name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
      }
    }
  });
});
