/** Markup that may stand in a page as it is: what `html` made. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may be put into markup: text and numbers are escaped, markup stays, nothing is left of null and false. */
type Piece = Html | string | number | null | false | readonly Piece[];

/**
 * Markup of HTML or SVG, in which every value that is put in is escaped unless it is markup itself: the name of a device is
 * text, whatever it says.
 *
 * @example
 * html`<td title="${device.name}">${device.name}</td>`.markup;
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.reduce((markup, text, index) => markup + markupOf(pieces[index - 1] ?? null) + text));
}

function markupOf(piece: Piece): string {
  if (piece === null || piece === false) return '';
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'number') return String(piece);
  return typeof piece === 'string' ? escaped(piece) : piece.map(markupOf).join('');
}

/** Text for elements and quoted attributes; what has no place in a document, such as control characters, is shown as such. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
