import { join, resolve } from 'node:path';
import { repositoryRoot } from './repositoryRoot.ts';

/**
 * The folder that holds the twin: `TWINWARD_DATA`, relative to the working directory, or `var` in the repository whatever
 * the working directory. An empty variable counts as none.
 */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['TWINWARD_DATA'];
  return chosen ? resolve(chosen) : join(repositoryRoot, 'var');
}
