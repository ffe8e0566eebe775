/** Commits numbered batches to the folder it is given, and prints the number of each that was acknowledged. */
import { writeSync } from 'node:fs';
import { Writer } from './Writer.ts';

const [folder = '', first = '0'] = process.argv.slice(2);
const writer = await Writer.open({ folder, demo: false });
const at = new Date().toISOString();

for (let n = Number(first); ; n++) {
  const reading = {
    home: `h${n % 7}`,
    device: `h${n % 7}/d${n % 50}`,
    at: n,
    receivedAt: n,
    values: { n },
    tenancy: null,
    group: 'closed' as const,
    current: true,
  };
  const committed = writer.commit({
    changes: [{ at, change: { kind: 'room_added', room: { id: `r${n}`, home: `h${n % 7}`, name: `${n}` } } }],
    readings: [reading],
    audit: [{ at, entry: { kind: 'explanation', subject: 'ana', decision: `d${n}` } }],
    decisions: { records: [{ id: `d${n}`, at, body: { n } }] },
  });
  // Written to the pipe at once: what is printed was acknowledged, whenever the kill comes.
  void committed.then(() => writeSync(1, `${n}\n`));
  if (n % 20 === 0) await committed;
}
