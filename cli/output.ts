import { cutToWidth, displayWidth } from './displayWidth.ts';

/** A column of a table: its title, and `right` for numbers. */
export type Column = { readonly title: string; readonly align?: 'left' | 'right' };

/** Prints text and a line end on standard output; to a terminal what nobody could take for an order to it. */
export function print(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? harmless(text) : text}\n`);
}

/**
 * Text that says nothing to a terminal but itself: names and titles come from others, and control characters in them
 * could hide or overwrite lines (CWE-150). Line ends and tabs stay.
 */
export function harmless(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

/** The same on one line, for a value of somebody else's among lines of ours. */
export function onOneLine(text: string): string {
  return harmless(text.replace(/[\r\n\t]+/g, ' '));
}

/** Prints a value as JSON on standard output, as `--json` asks. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/**
 * Lays rows out under their titles, aligned also where characters are wide. On a terminal lines are cut at its edge, so a
 * long column belongs last; elsewhere nothing is cut.
 *
 * @example
 * print(formatTable([{ title: 'clause' }, { title: 'tests', align: 'right' }], [['DH-5.4.6', '2']]));
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ''))));
  return lines
    .map((line) =>
      toTerminal(columns.map((column, index) => pad(line[index] ?? '', widths[index]!, column)).join('  ')),
    )
    .join('\n');
}

/** Breaks text into lines of at most `columns`; Chinese may break between any two characters. */
export function wrapText(text: string, columns: number = terminalWidth()): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<=\s)|(?<=\p{Script=Han})(?=\p{Script=Han})/u)) {
    if (line !== '' && displayWidth(line + piece.trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** A label in a column of its own, and text beside it that is broken into lines there. */
export function labelled(label: string, text: string, indent: number): readonly string[] {
  const [first = '', ...rest] = wrapText(text, terminalWidth() - indent);
  return [
    label + ' '.repeat(Math.max(0, indent - displayWidth(label))) + first,
    ...rest.map((line) => ' '.repeat(indent) + line),
  ];
}

function terminalWidth(): number {
  return Math.min(process.stdout.columns ?? 100, 100);
}

function pad(text: string, width: number, { align }: Column): string {
  const space = ' '.repeat(width - displayWidth(text));
  return align === 'right' ? space + text : text + space;
}

function toTerminal(line: string): string {
  const trimmed = line.trimEnd();
  return process.stdout.isTTY ? cutToWidth(trimmed, process.stdout.columns) : trimmed;
}
