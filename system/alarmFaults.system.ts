import { randomInt } from 'node:crypto';
import { it } from 'vitest';
import { alarmFaults } from './alarmFaults.ts';

const seed = Number(process.env['TWINWARD_FAULT_SEED'] ?? randomInt(2 ** 31));
const faults = Number(process.env['TWINWARD_FAULTS'] ?? 300);

it('misses and doubles no alarm over several hundred faults of a printed seed [RA-6.2.1-s3]', async () => {
  process.stdout.write(`${faults} faults: TWINWARD_FAULT_SEED=${seed} draws the same ones\n`);
  await alarmFaults(faults, seed);
}, 900_000);
