import type { Decision } from '../../engine/Decision.ts';
import { acceptFirmware, type OfferedFirmware } from '../../engine/records/acceptFirmware.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { HomeRecordNode } from '../../twin/graph/HomeRecords.ts';
import type { Firmware } from '../../twin/homeRecords.ts';
import type { FirmwareEvent } from '../../twin/lifecycles/firmware.ts';
import { moveRecord } from '../../twin/lifecycles/moveRecord.ts';
import { found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { type AskedOfHome, actOf, keep, mayManage, readRecords, recordOf } from './homeRecords.ts';

type OfFirmware = AskedOfHome & { readonly firmware: string };

const offerFirmware: Resolve<
  unknown,
  AskedOfHome & { readonly device: string; readonly firmware: OfferedFirmware },
  Promise<unknown>
> = async (_root, { device: deviceId, firmware, ...asked }, { session }) => {
  const { newId, firmwareKeys, clock, graph } = session.ports;
  const id = newId();
  const { home, decision } = await mayManage(session, 'firmware', asked, id);
  const device = found(home.devices.get(deviceId), 'device', deviceId);
  const accepted = acceptFirmware(firmware, { home, device, keys: firmwareKeys(), now: clock.now() });
  const record: Firmware = { kind: 'firmware', id, home: home.home.id, device: deviceId, ...accepted };
  await keep(session, [{ kind: 'record_opened', home: record.home, record, ...actOf(session) }]);
  return show(recordOf(graph.home(record.home), 'firmware', id), decision);
};

/** A mutation that moves an update. */
function moves(event: FirmwareEvent): Resolve<unknown, OfFirmware, Promise<unknown>> {
  return async (_root, { firmware, ...asked }, { session }) => {
    const { home, decision } = await mayManage(session, 'firmware', asked, firmware);
    const node = recordOf(home, 'firmware', firmware);
    const act = actOf(session);
    const isSecond = event === 'approve' && node.moves.some(({ move, by }) => move === 'approve' && by === act.by);
    if (isSecond) {
      throw new CodedError('twin:firmware.same_approver', 'two different people approve firmware (SH-8.1.5-a)');
    }
    await keep(session, [moveRecord(node, { event, ...act })]);
    return show(recordOf(home, 'firmware', firmware), decision);
  };
}

/** What the device has after it was told to install: only that version counts as installed (SH-6.2.4-a). */
const reportFirmware: Resolve<unknown, OfFirmware & { readonly version: string }, Promise<unknown>> = async (
  _root,
  { firmware, version, ...asked },
  { session },
) => {
  const { home, decision } = await mayManage(session, 'firmware', asked, firmware);
  const node = recordOf(home, 'firmware', firmware);
  const event = version === node.record.version ? 'confirm' : 'fail';
  await keep(session, [moveRecord(node, { event, note: version, ...actOf(session) })]);
  return show(recordOf(home, 'firmware', firmware), decision);
};

const firmwareUpdates: Resolve<unknown, AskedOfHome, unknown> = (_root, asked, { session }) => {
  return readRecords(session, 'firmware', asked).map(({ node, decision }) => show(node, decision));
};

/** The resolvers of firmware. */
export const firmwareResolvers = {
  Query: { firmwareUpdates },
  Mutation: {
    offerFirmware,
    approveFirmware: moves('approve'),
    withdrawFirmware: moves('withdraw'),
    installFirmware: moves('install'),
    reportFirmware,
  },
};

function show({ record, state, moves: done }: HomeRecordNode & { readonly record: Firmware }, by: Decision) {
  const { id, home: homeId, device: deviceId, model, version, from, digest, signature } = record;
  const signed = { digest, key: signature.key };
  return { id, homeId, deviceId, model, version, from, ...signed, state, moves: done, decisionId: by.id };
}
