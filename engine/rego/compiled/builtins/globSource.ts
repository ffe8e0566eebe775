/**
 * A glob as a regular expression: `*` and `?` stop at separators, `**` does not, `[a-z]` and `[!a-z]` are characters,
 * `{a,b}` alternatives. Undefined where it is no glob.
 */
export function globSource(glob: string, separators: readonly string[]): string | undefined {
  const characters = [...glob];
  const other = separators.length === 0 ? '.' : `[^${separators.map(escaped).join('')}]`;
  let source = '';
  let depth = 0;
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    switch (character) {
      case '*':
        if (characters[at + 1] === '*') {
          while (characters[at + 1] === '*') at++;
          source += '.*';
        } else source += `${other}*`;
        break;
      case '?':
        source += other;
        break;
      case '[': {
        const list = /^\[(!?)((?:\\.|[^\]\\])+)\]/su.exec(characters.slice(at).join(''));
        if (!list) return undefined;
        source += `[${list[1] === '!' ? '^' : ''}${bracket(list[2]!)}]`;
        at += [...list[0]].length - 1;
        break;
      }
      case '{':
        depth++;
        source += '(?:';
        break;
      case '}':
        if (depth === 0) source += escaped(character);
        else {
          depth--;
          source += ')';
        }
        break;
      case ',':
        source += depth > 0 ? '|' : ',';
        break;
      case '\\':
        at++;
        if (at >= characters.length) return undefined;
        source += escaped(characters[at]!);
        break;
      default:
        source += escaped(character);
    }
  }
  return depth === 0 ? `^(?s:${source})$` : undefined;
}

/** The characters of a list, or the one range that it is. */
function bracket(list: string): string {
  const characters = [...list.replaceAll(/\\(.)/gsu, '$1')];
  if (characters.length === 3 && characters[1] === '-') return `${escaped(characters[0]!)}-${escaped(characters[2]!)}`;
  return characters.map(escaped).join('');
}

function escaped(character: string): string {
  return `\\x{${character.codePointAt(0)!.toString(16)}}`;
}
