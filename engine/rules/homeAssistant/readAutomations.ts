import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CodedError } from '../../../twin/CodedError.ts';
import { listed, member, parseYamlTree, textOf, type YamlMap, type YamlTree } from './YamlTree.ts';

/** One automation as it stands in a file. */
export type Automation = {
  readonly file: string;
  readonly line: number;
  /** Of those in this file, counted from 0. */
  readonly number: number;
  readonly id: string | null;
  readonly alias: string | null;
  readonly tree: YamlMap;
};

export type Automations = {
  readonly automations: readonly Automation[];
  readonly problems: readonly CodedError[];
};

/** A file of YAML and its text. */
export type YamlFile = { readonly file: string; readonly text: string };

/**
 * Every automation in these files, in their order: in lists of automations, alone in a file, and under `automation:` in
 * packages beside other keys. What is no YAML is a problem with its place.
 */
export function readAutomations(files: readonly YamlFile[]): Automations {
  const automations: Automation[] = [];
  const problems: CodedError[] = [];
  for (const { file, text } of files) {
    try {
      const trees = automationsIn(parseYamlTree(file, text));
      for (const [number, tree] of trees.entries()) automations.push(automation(file, number, tree));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      problems.push(error);
    }
  }
  return { automations, problems };
}

/**
 * The YAML files of a folder and of those in it, by their paths below it; or one file. Throws `rule:file.unreadable` when
 * there is nothing at the path, or when a file in it cannot be read.
 */
export function yamlFiles(path: string): readonly YamlFile[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, 'utf8') }];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ya?ml$/.test(file) && statSync(join(path, file)).isFile())
      .map((file) => ({ file: file.split(sep).join('/'), text: readFileSync(join(path, file), 'utf8') }))
      .sort((a, b) => (a.file < b.file ? -1 : 1));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** As Home Assistant finds them: `automation`, and `automation name` for those who write several. */
function automationsIn(tree: YamlTree): readonly YamlMap[] {
  const found =
    tree.kind === 'map'
      ? [...tree.entries].flatMap(([key, value]) => (/^automation(?: |$)/.test(key) ? listed(value) : []))
      : listed(tree);
  return (found.length === 0 ? [tree] : found).filter(isAutomation);
}

function isAutomation(tree: YamlTree): tree is YamlMap {
  return tree.kind === 'map' && ['trigger', 'triggers', 'use_blueprint'].some((key) => tree.entries.has(key));
}

function automation(file: string, number: number, tree: YamlMap): Automation {
  const id = textOf(member(tree, 'id')) ?? null;
  return { file, line: tree.line, number, id, alias: textOf(member(tree, 'alias')) ?? null, tree };
}

function unreadable(file: string, cause: unknown): CodedError {
  return new CodedError('rule:file.unreadable', `cannot read \`${file}\``, {
    place: { file },
    hint: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}
