import { int } from 'neo4j-driver';
import type { Sealer } from '../../Sealer.ts';
import type { Reading, RuleMemory } from '../../TwinStore.ts';
import { signed, unsigned } from './bytes.ts';
import { DevicePresent, type PresentRow } from './DevicePresent.ts';
import { inPages, PAGE_ROWS } from './inPages.ts';
import type { Transaction } from './Neo4jConnection.ts';

type PresentNode = Omit<PresentRow, 'body'> & { readonly body: Int8Array };

const COLUMNS =
  'v.id AS id, v.home AS home, v.device AS device, v.tenancy AS tenancy, v.group AS group, v.keyId AS keyId, v.body AS body';

/** The fields that a row is found by stay as they are, so that no index is written again. */
const WRITE = `UNWIND $rows AS row MERGE (v:DeviceValues {id: row.id})
  ON CREATE SET v = row ON MATCH SET v.keyId = row.keyId, v.body = row.body`;

/** Takes readings and what rules remember into the present, then wipes homes. Values are read in the same transaction, so none is lost. */
export async function updatePresent(
  transaction: Transaction,
  sealer: Sealer,
  {
    readings,
    memories,
    wipedHomes,
  }: {
    readonly readings: readonly Reading[];
    readonly memories: readonly RuleMemory[];
    readonly wipedHomes: readonly string[];
  },
): Promise<void> {
  const wiped = new Set(wipedHomes);
  const taken = readings.filter(({ current, home }) => current !== false && !wiped.has(home));
  const remembered = memories.filter(({ home }) => !wiped.has(home));
  const devices = await loadDevices(transaction, sealer, [...taken, ...remembered]);
  for (const reading of taken) devices.get(deviceName(reading))!.take(reading);
  for (const memory of remembered) devices.get(deviceName(memory))!.remember(memory);
  const parts = [...devices.values()].map((device) => device.sealChanged(sealer));
  await inPages(
    parts.flatMap(({ ended }) => ended),
    (ids) => transaction.run('UNWIND $ids AS id MATCH (v:DeviceValues {id: id}) DELETE v', { ids }),
  );
  await writePresent(
    transaction,
    parts.flatMap(({ changed }) => changed),
  );
  if (wiped.size > 0) {
    const homes = [...wiped].sort();
    await transaction.run(
      'UNWIND $homes AS home MATCH (v:DeviceValues) WHERE v.home = home AND v.device IS NOT NULL DELETE v',
      { homes },
    );
  }
}

export function writePresent(transaction: Transaction, rows: readonly PresentRow[]): Promise<void> {
  return inPages(rows, (page) =>
    transaction.run(WRITE, {
      rows: page.map((row) => ({ ...row, body: signed(row.body) })),
    }),
  );
}

/** A page of the rows of all devices, after the one with an id. */
export async function readPresent(transaction: Transaction, after: string): Promise<PresentRow[]> {
  const { records } = await transaction.run<PresentNode>(
    `MATCH (v:DeviceValues) WHERE v.id > $after RETURN ${COLUMNS} ORDER BY v.id LIMIT $limit`,
    { after, limit: int(PAGE_ROWS) },
  );
  return records.map((record) => toRow(record.toObject()));
}

async function loadDevices(
  transaction: Transaction,
  sealer: Sealer,
  named: readonly Pick<Reading, 'home' | 'device'>[],
): Promise<Map<string, DevicePresent>> {
  const names = [...new Set(named.map(deviceName))].sort();
  const devices = new Map<string, DevicePresent>();
  await inPages(names, async (page) => {
    const keys = page.map((name) => JSON.parse(name) as [string, string]);
    for (const [index, [home, device]] of keys.entries()) devices.set(page[index]!, new DevicePresent(home, device));
    const { records } = await transaction.run<PresentNode>(
      `UNWIND $keys AS key MATCH (v:DeviceValues {home: key[0], device: key[1]}) RETURN ${COLUMNS}`,
      { keys },
    );
    for (const record of records) {
      const row = toRow(record.toObject());
      devices.get(deviceName(row))?.load(sealer, row);
    }
  });
  return devices;
}

const deviceName = ({ home, device }: { home: string; device: string }): string => JSON.stringify([home, device]);

const toRow = ({ body, ...row }: PresentNode): PresentRow => ({ ...row, body: unsigned(body) });
