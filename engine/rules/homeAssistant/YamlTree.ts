import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { CodedError } from '../../../twin/CodedError.ts';

/** A value of a YAML file and the line where it stands. A map knows the lines of its keys as well. */
export type YamlTree = Scalar | List | YamlMap;
type Scalar = {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** `!secret` and the like, by which Home Assistant takes the value from elsewhere. */
  readonly tag: string | null;
};
type List = { readonly kind: 'list'; readonly line: number; readonly items: readonly YamlTree[] };
export type YamlMap = {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, YamlTree>;
  readonly keyLines: ReadonlyMap<string, number>;
};

const NOTHING: Scalar = { kind: 'scalar', line: 1, value: null, tag: null };
/** A file nests less than this, and has fewer values: aliases could make one of a few lines endless. */
const DEEPEST = 60;
const MOST_VALUES = 200_000;

/**
 * Reads YAML as Home Assistant does: version 1.1, where `on` is true and `07:30` a number, with tags of its own. Throws
 * `rule:yaml.invalid` with the place.
 */
export function parseYamlTree(file: string, text: string): YamlTree {
  const lines = new LineCounter();
  const lineOf = (offset: number | undefined) => lines.linePos(offset ?? 0).line;
  const document = documentOf(file, text.replace(/^\uFEFF/, ''), lines);
  const targets = new AliasTargets((alias) => {
    const place = { file, line: lineOf(alias.range?.[0]) };
    throw new CodedError('rule:yaml.invalid', `nothing before has the anchor \`&${alias.source}\``, { place });
  });
  let values = 0;
  const read = (given: Node | null | undefined, depth: number): YamlTree => {
    const node = targets.of(given);
    values += 1;
    if (depth > DEEPEST || values > MOST_VALUES) {
      throw tooMuch(file);
    }
    if (!node) return NOTHING;
    const line = lineOf(node.range?.[0]);
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map((item) => read(item as Node, depth + 1)) };
    if (isMap(node)) return readMap(node.items, line, depth);
    const tag = node.tag?.startsWith('!') ? node.tag : null;
    return { kind: 'scalar', line, value: isScalar(node) ? plain(node.value) : null, tag };
  };
  const readMap = (
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    line: number,
    depth: number,
  ) => {
    const entries = new Map<string, YamlTree>();
    const keyLines = new Map<string, number>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? keyName(key.value) : '';
      if (isScalar(key)) targets.of(key);
      const tree = read(value as Node, depth + 1);
      // `<<` spreads another map; what stands in this one goes before.
      if (isScalar(key) && name === '<<') {
        for (const spread of tree.kind === 'list' ? tree.items : [tree]) {
          if (spread.kind !== 'map') continue;
          for (const [spreadKey, value] of spread.entries) if (!entries.has(spreadKey)) entries.set(spreadKey, value);
        }
        continue;
      }
      entries.set(name, tree);
      keyLines.set(name, isScalar(key) ? lineOf(key.range?.[0]) : tree.line);
    }
    return { kind: 'map', line, entries, keyLines } as const;
  };
  return read(document.contents as Node | null, 0);
}

function documentOf(file: string, text: string, lines: LineCounter) {
  const broken = text.indexOf('\uFFFD');
  if (broken >= 0) {
    const place = { file, line: text.slice(0, broken).split('\n').length };
    throw new CodedError('rule:yaml.invalid', 'this is not text in UTF-8', { place, hint: 'save the file as UTF-8' });
  }
  let errors: readonly YAMLError[];
  let document: ReturnType<typeof parseDocument>;
  try {
    // No quieter: a second document would be left out, and no word said.
    document = parseDocument(text, { lineCounter: lines, version: '1.1', uniqueKeys: false, logLevel: 'error' });
    errors = document.errors;
  } catch (error) {
    if (error instanceof RangeError) throw tooMuch(file);
    throw error;
  }
  const [error] = errors;
  if (!error) return document;
  const place = { file, line: lines.linePos(error.pos[0]).line };
  if (error.message.includes('Maximum call stack')) throw tooMuch(file);
  if (error.code === 'MULTIPLE_DOCS') {
    const hint = 'Home Assistant reads one document of a file; write the next one into a file of its own';
    throw new CodedError('rule:yaml.invalid', 'a second document begins here', { place, hint });
  }
  const hint = error.message.replace(/ at line \d+, column \d+:.*$/s, '');
  throw new CodedError('rule:yaml.invalid', 'this is not YAML', { place, hint });
}

function tooMuch(file: string): CodedError {
  const message = 'the file nests too deep or repeats itself too often';
  return new CodedError('rule:yaml.invalid', message, { place: { file } });
}

/** What aliases stand for, found once for each: the library looks through the whole document for every one. */
class AliasTargets {
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Alias, Node>();
  readonly #seen = new Set<Node>();
  readonly #unknown: (alias: Alias) => never;

  constructor(unknown: (alias: Alias) => never) {
    this.#unknown = unknown;
  }

  /** A node, or the one that an alias stands for; to be asked in the order of the document. */
  of(given: Node | null | undefined): Node | null | undefined {
    if (!isAlias(given)) {
      // Read again by way of an alias, it hides no later node of the same anchor.
      if ((isScalar(given) || isMap(given) || isSeq(given)) && given.anchor !== undefined && !this.#seen.has(given)) {
        this.#seen.add(given);
        this.#anchors.set(given.anchor, given);
      }
      return given;
    }
    const target = this.#targets.get(given) ?? this.#anchors.get(given.source) ?? this.#unknown(given);
    this.#targets.set(given, target);
    return target;
  }
}

/** YAML 1.1 has a value of its own for `<<`. */
function keyName(value: unknown): string {
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function plain(value: unknown): Scalar['value'] {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.toISOString() : String(value);
}

/** The members of a list, or the one thing that stands where a list may stand; nothing where nothing stands. */
export function listed(tree: YamlTree | undefined): readonly YamlTree[] {
  if (!tree || (tree.kind === 'scalar' && tree.value === null && tree.tag === null)) return [];
  return tree.kind === 'list' ? tree.items : [tree];
}

/** The first member of a map that goes by one of these names: Home Assistant renamed many, and takes both. */
export function member(map: YamlMap, ...names: readonly string[]): YamlTree | undefined {
  for (const name of names) {
    const found = map.entries.get(name);
    if (found) return found;
  }
  return undefined;
}

/** The text of a scalar; undefined for what is none. */
export function textOf(tree: YamlTree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
}
