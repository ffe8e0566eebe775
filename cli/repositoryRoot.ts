import { join } from 'node:path';

/** The folder that this clone of the repository lies in, whatever the working directory. */
export const repositoryRoot: string = join(import.meta.dirname, '..');
