import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { type OpenOptions, Writer } from './Writer.ts';

/** A data folder as far as it could be opened. */
export type OpenedFolder = {
  readonly writer: Writer;
  /** Why the folder cannot be believed or read; null when all is well. Nothing is written then, and nothing answered. */
  readonly failure: CodedError | null;
  /** Whether nothing of the folder can be read, so that an empty twin stands in for it. */
  readonly standIn: boolean;
  close(): Promise<void>;
};

type OpenFolderOptions = Pick<OpenOptions, 'folder' | 'demo'> & Required<Pick<OpenOptions, 'onFailure'>>;

/**
 * Opens a data folder, whatever has become of it: people are told of a danger to their life also when its keys, its audit
 * or its database are broken. With a broken audit the twin is read; with broken keys or a broken database an empty one
 * stands in, to which devices make themselves known again. In both cases every commit is rejected.
 *
 * Rejects with `config:folder.demo` and whatever else says that the folder is not meant.
 */
export async function openFolder(options: OpenFolderOptions): Promise<OpenedFolder> {
  try {
    const writer = await Writer.open(options);
    const failure = writer.failure instanceof CodedError ? writer.failure : null;
    return { writer, failure, standIn: false, close: () => writer.close() };
  } catch (error) {
    if (!(error instanceof CodedError && /^(?:trust|store):/.test(error.code))) throw error;
    return openStandIn(options, error);
  }
}

async function openStandIn({ demo }: OpenFolderOptions, failure: CodedError): Promise<OpenedFolder> {
  const scratch = mkdtempSync(join(tmpdir(), 'twinward-stand-in-'));
  // The root key of the real folder may be what is wrong.
  const { TWINWARD_ROOT_KEY: _, ...env } = process.env;
  const writer = await Writer.open({ folder: scratch, demo, env, failure });
  const close = async () => {
    await writer.close();
    rmSync(scratch, { recursive: true, force: true });
  };
  return { writer, failure, standIn: true, close };
}
