import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditReport } from '../../trust/audit/verifyAudit.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { print, printJson } from '../output.ts';
import { findServer } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

/** `twinward verify`: walks the chains of the audit and of the changes, by the server or in the folder itself. */
export const verb: Verb = {
  examples: [
    'twinward verify                          whether audit and changes are as they were written',
    'TWINWARD_DATA=/srv/twin twinward verify  of another folder, also when no server runs on it',
  ],
  configure(command) {
    command.option('--url <url>', 'the server; that on the data folder unless given').option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { url, json } = command.opts<{ url?: string; json?: true }>();
    const server = await findServer(url === undefined ? {} : { url });
    const report = server
      ? ((await server.query('{ verifyAudit }'))['verifyAudit'] as AuditReport)
      : await verifyClosedFolder(dataFolder());
    if (json) printJson(report);
    else print(toText(report));
    return report.intact ? 0 : 1;
  },
};

async function verifyClosedFolder(folder: string): Promise<AuditReport> {
  if (!existsSync(join(folder, 'twinward.db'))) {
    throw new CodedError('command:folder.empty', `there is no twin in \`${folder}\``, {
      hint: 'name the data folder in TWINWARD_DATA, or start one with `twinward serve`',
    });
  }
  const { lockFolder } = await import('../../graphql/dataFolder/lockFolder.ts');
  const { verifyFolder } = await import('../../graphql/writer/FolderDatabase.ts');
  const lock = lockFolder(folder);
  try {
    return verifyFolder(folder);
  } finally {
    lock.release();
  }
}

function toText({ intact, logs, problems }: AuditReport): string {
  return [
    ...logs.map(
      ({ log, rows, head }) => `${log.padEnd(11)} ${rows.toLocaleString('en-GB')} rows, head ${head.slice(0, 16)}`,
    ),
    ...problems.map(({ log, seq, problem }) => `${log.padEnd(11)} BROKEN at row ${seq}: ${problem}`),
    intact ? 'intact: every row is as it was written' : 'NOT INTACT: somebody changed what was written',
  ].join('\n');
}
