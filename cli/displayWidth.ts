// Wide are the scripts of East Asia with their punctuation and full-width forms, and emoji; marks and joiners take no room.
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const NO_ROOM = /^[\p{Mark}\p{Cf}\p{Cc}]+$/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns a text takes on a terminal: Chinese characters and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** The text cut to at most this many columns, ending in `…` when something was cut. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = '';
  let width = 1;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

function widthOf(grapheme: string): number {
  if (NO_ROOM.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
