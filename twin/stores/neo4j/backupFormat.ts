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
      readonly row: Fields;
    }
  | { readonly kind: 'end'; readonly head: Fields; readonly lines: number };

export function formatLine(line: BackupLine): string {
  if (line.kind === 'backup') return `${JSON.stringify(line)}\n`;
  // A replacer of `JSON.stringify` would see a Buffer only after it became an array of numbers.
  const plain = line.kind === 'end' ? { ...line, head: encoded(line.head) } : { ...line, row: encoded(line.row) };
  return `${JSON.stringify(plain)}\n`;
}

export function parseLine(text: string): BackupLine {
  const line = JSON.parse(text) as BackupLine;
  if ('row' in line) return { ...line, row: decoded(line.row) };
  return line.kind === 'end' ? { ...line, head: decoded(line.head) } : line;
}

type Fields = Record<string, unknown>;

function encoded(fields: Fields): Fields {
  return mapValues(fields, (value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

function decoded(fields: Fields): Fields {
  return mapValues(fields, (value) => {
    const { base64 } = Object(value) as { base64?: unknown };
    return typeof base64 === 'string' ? new Uint8Array(Buffer.from(base64, 'base64')) : value;
  });
}

function mapValues(fields: Fields, map: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(value)]));
}
