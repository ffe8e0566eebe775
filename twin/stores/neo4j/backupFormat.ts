/** The first line of a backup, by which it is known. */
export const BACKUP_FORMAT = 'twinward-backup/1';

/**
 * One line of a backup, as JSON: what it is and its row, bytes in base64. Lines come in the order of this list, each
 * kind oldest first; a file without its last line is cut off.
 */
export type BackupLine =
  | { readonly kind: 'backup'; readonly format: string }
  | {
      readonly kind: 'change' | 'reading' | 'present' | 'letter' | 'letter_count';
      readonly row: Record<string, unknown>;
    }
  | { readonly kind: 'end'; readonly head: Record<string, unknown>; readonly lines: number };

export function formatLine(line: BackupLine): string {
  return `${JSON.stringify(line, (_, value: unknown) => (isBytes(value) ? { base64: encode(value) } : value))}\n`;
}

export function parseLine(text: string): BackupLine {
  return JSON.parse(text, (_, value: unknown) => {
    const { base64, ...rest } = Object(value) as { base64?: unknown };
    return typeof base64 === 'string' && Object.keys(rest).length === 0
      ? new Uint8Array(Buffer.from(base64, 'base64'))
      : value;
  }) as BackupLine;
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
