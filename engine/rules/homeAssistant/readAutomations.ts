import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
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

/** A file of YAML and its text, or why it has none. */
export type YamlFile = { readonly file: string; readonly text: string; readonly unreadable?: CodedError };

/**
 * Every automation in these files, in their order: in lists of automations, alone in a file, and under `automation:` in
 * packages beside other keys, in files of their own or within `homeassistant`. What is no YAML is a problem with its place,
 * and so is what stands among automations and is none.
 */
export function readAutomations(files: readonly YamlFile[]): Automations {
  const automations: Automation[] = [];
  const problems: CodedError[] = [];
  for (const { file, text, unreadable } of files) {
    try {
      if (unreadable) throw unreadable;
      const { trees, others } = automationsIn(parseYamlTree(file, text));
      problems.push(...others.map(({ line }) => noAutomation(file, line)));
      for (const [number, tree] of trees.entries()) automations.push(automation(file, number, tree));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      problems.push(error);
    }
  }
  return { automations, problems };
}

/**
 * The YAML files of a folder and of those in it, by their paths below it, with why where one cannot be read; or one file.
 * Throws `rule:file.unreadable` when there is nothing at the path.
 */
export function yamlFiles(path: string): readonly YamlFile[] {
  try {
    if (!statSync(path).isDirectory()) return [{ file: path, text: readFileSync(path, 'utf8') }];
    return [...namesBelow(path)]
      .filter((file) => /\.ya?ml$/.test(file))
      .flatMap((file) => readFileBelow(path, file) ?? [])
      .sort((a, b) => (a.file < b.file ? -1 : 1));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What is in a folder and in those within, each folder once however many links lead there. */
function* namesBelow(folder: string, below = '', seen = new Set<string>()): Generator<string> {
  const here = realpathSync(join(folder, below));
  if (seen.has(here)) return;
  seen.add(here);
  for (const name of readdirSync(here)) {
    const inner = join(below, name);
    if (isFolder(join(folder, inner))) yield* namesBelow(folder, inner, seen);
    else yield inner;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // A link that leads nowhere or to itself: who reads it tells so.
    return false;
  }
}

function readFileBelow(folder: string, file: string): YamlFile | null {
  const name = file.split(sep).join('/');
  try {
    const path = join(folder, file);
    return statSync(path).isFile() ? { file: name, text: readFileSync(path, 'utf8') } : null;
  } catch (error) {
    return { file: name, text: '', unreadable: unreadable(name, error) };
  }
}

type Found = { readonly trees: readonly YamlMap[]; readonly others: readonly YamlTree[] };

/** As Home Assistant finds them: `automation`, and `automation name` for those who write several. */
function automationsIn(tree: YamlTree): Found {
  if (tree.kind !== 'map') return { trees: listed(tree).filter(isAutomation), others: [] };
  const found = packagesIn(tree).flatMap(({ entries }) =>
    [...entries].flatMap(([key, value]) => (/^automation(?: |$)/.test(key) ? listed(value) : [])),
  );
  if (found.length === 0) return { trees: [tree].filter(isAutomation), others: [] };
  const trees = found.filter((each) => each.kind === 'map');
  // A file that is included is read by itself.
  const others = found.filter((each) => each.kind === 'list' || (each.kind === 'scalar' && each.tag === null));
  return { trees, others };
}

/** A file, and the packages that stand within it. */
function packagesIn(tree: YamlMap): readonly YamlMap[] {
  const settings = tree.entries.get('homeassistant');
  const packages = settings?.kind === 'map' ? settings.entries.get('packages') : undefined;
  const inner = packages?.kind === 'map' ? [...packages.entries.values()] : [];
  return [tree, ...inner.filter((each) => each.kind === 'map')];
}

/** By what sets it off; one that lacks that by its name and what it does. */
function isAutomation(tree: YamlTree): tree is YamlMap {
  if (tree.kind !== 'map') return false;
  if (['trigger', 'triggers', 'use_blueprint'].some((key) => tree.entries.has(key))) return true;
  const acts = member(tree, 'actions', 'action');
  return acts !== undefined && acts.kind !== 'scalar' && (tree.entries.has('alias') || tree.entries.has('id'));
}

function noAutomation(file: string, line: number): CodedError {
  return new CodedError('rule:automation.invalid', 'among the automations stands what is none', {
    place: { file, line },
    hint: 'an automation has `triggers` and `actions`',
  });
}

function automation(file: string, number: number, tree: YamlMap): Automation {
  // One that was made by hand may have an empty name.
  const named = (key: string) => textOf(member(tree, key))?.trim() || null;
  return { file, line: tree.line, number, id: named('id'), alias: named('alias'), tree };
}

function unreadable(file: string, cause: unknown): CodedError {
  return new CodedError('rule:file.unreadable', `cannot read \`${file}\``, {
    place: { file },
    hint: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}
