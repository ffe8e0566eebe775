import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** The commit that is checked out in this folder; null where the folder is no checkout of its own or git is missing. */
export function commitOf(folder: string): string | null {
  try {
    const answer = execFileSync('git', ['-C', folder, 'rev-parse', '--show-toplevel', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [top = '', commit = ''] = answer.trim().split('\n');
    // A copy unpacked inside another checkout must not take over that one's commit.
    return realpathSync(top) === realpathSync(folder) ? commit : null;
  } catch {
    return null;
  }
}
