import { isNode, LineCounter, parseDocument } from 'yaml';
import { CodedError, type Place } from '../../twin/CodedError.ts';

/** The path to a value in a document: keys and positions. */
export type DataPath = readonly (string | number)[];

/** A JSON or YAML file with the places of its values. Throws `rule:json.invalid` or `rule:yaml.invalid` with the place. */
export class DataSource {
  readonly file: string;
  readonly value: unknown;
  readonly #lines = new LineCounter();
  readonly #document;

  constructor(file: string, text: string) {
    this.file = file;
    // JSON is YAML, and the reader of YAML knows where everything stands.
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    const [error] = this.#document.errors;
    if (error) throw this.#invalid(error.message.split('\n')[0] ?? '', this.#at(error.pos[0]));
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

  get #isJson(): boolean {
    return this.file.endsWith('.json');
  }

  #at(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line, column: col };
  }

  #invalid(detail: string, place: Place): CodedError {
    const [code, form] = this.#isJson
      ? (['rule:json.invalid', 'JSON'] as const)
      : (['rule:yaml.invalid', 'YAML'] as const);
    return new CodedError(code, `this is not ${form}`, { place, hint: detail });
  }
}
