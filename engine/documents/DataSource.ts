import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { CodedError, type Place } from '../../twin/CodedError.ts';

/** The path to a value in a document: keys and positions. */
export type DataPath = readonly (string | number)[];

/** What a document is about: its problems carry codes of that area. */
export type DataArea = 'rule' | 'policy' | 'scenario';

/** So many aliases resolve in no time, and nobody writes more by hand. */
const MOST_ALIASES = 500;

/** A JSON or YAML file with the places of its values. Throws `<area>:json.invalid` or `<area>:yaml.invalid` with the place. */
export class DataSource {
  readonly file: string;
  readonly area: DataArea;
  readonly value: unknown;
  readonly #lines = new LineCounter();
  readonly #document;

  constructor(file: string, text: string, area: DataArea) {
    this.file = file;
    this.area = area;
    // JSON is YAML, and the reader of YAML knows where everything stands.
    // Its own search for keys that stand twice, and the resolving of aliases, take the square of their number.
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: false, merge: true });
    const [error] = this.#document.errors;
    // The reader of YAML ends its sentence with the place, which is told already.
    if (error) throw this.#invalid(error.message.replace(/ at line \d+, column \d+:.*$/s, ''), this.#at(error.pos[0]));
    const twice = keyThatStandsTwice(this.#document);
    if (twice !== null) throw this.#invalid('Map keys must be unique', this.#at(twice));
    if (aliasesIn(this.#document) > MOST_ALIASES) throw this.#invalid(`more than ${MOST_ALIASES} aliases`, { file });
    try {
      this.value = this.#isJson ? JSON.parse(text) : this.#document.toJS();
    } catch (error) {
      throw this.#invalid((error as Error).message, { file });
    }
  }

  /** Where a value stands, or the nearest around it that is there. */
  place(path: DataPath): Place {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return { ...this.#at(node.range[0]), path: `/${path.join('/')}` };
    }
    return { file: this.file };
  }

  /** Where the key of a member stands, or else what is around it. */
  placeOfKey(path: DataPath): Place {
    const parent = path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    if (!pair || !isScalar(pair.key) || !pair.key.range) return this.place(path);
    return { ...this.#at(pair.key.range[0]), path: `/${path.join('/')}` };
  }

  get #isJson(): boolean {
    return this.file.endsWith('.json');
  }

  #at(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line, column: col };
  }

  #invalid(detail: string, place: Place): CodedError {
    const form = this.#isJson ? 'JSON' : 'YAML';
    const code = `${this.area}:${form.toLowerCase() as 'json' | 'yaml'}.invalid` as const;
    return new CodedError(code, `this is not ${form}`, { place, hint: detail });
  }
}

/** Where the first key stands that its map has already; null where none does. */
function keyThatStandsTwice(document: Document): number | null {
  let twice: number | null = null;
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (keys.has(key.value)) {
          twice = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        keys.add(key.value);
      }
      return undefined;
    },
  });
  return twice;
}

function aliasesIn(document: Document): number {
  let count = 0;
  visit(document, {
    Alias() {
      count += 1;
    },
  });
  return count;
}
