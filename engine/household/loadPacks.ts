import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { CodedError } from '../../twin/CodedError.ts';
import { DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import type { LoadedRule } from '../rules/Rule.ts';
import { accepts } from './acceptParameters.ts';
import type { Pack, PackParameter, Packs } from './Pack.ts';
import { placeOf, valueAt } from './placeOf.ts';

const FOLDER = 'rules/packs';

/**
 * Reads the packs under `rules/packs/` of the repository's root: a folder each, with `pack.yaml` and its rules, which are
 * among `rules`. It never throws: each problem of each file stands under `problems` with its place, and a pack with a
 * problem is not among the packs.
 */
export function loadPacks(
  root: string,
  rules: readonly LoadedRule[],
): { readonly packs: Packs; readonly problems: readonly CodedError[] } {
  const packs = new Map<string, Pack>();
  const problems: CodedError[] = [];
  const folders = existsSync(join(root, FOLDER)) ? readdirSync(join(root, FOLDER), { withFileTypes: true }) : [];
  if (folders.length === 0) return { packs, problems };
  const fits = schemaCheck(JSON.parse(readFileSync(join(root, 'rules/pack.schema.json'), 'utf8')));
  for (const { name } of folders.filter((entry) => entry.isDirectory())) {
    try {
      const read = readPack(root, name, { fits, rules });
      if (read.problems.length === 0) packs.set(name, read.pack);
      problems.push(...read.problems);
    } catch (error) {
      problems.push(unreadable(`${FOLDER}/${name}/pack.yaml`, error));
    }
  }
  return { packs, problems };
}

type Among = { readonly fits: ValidateFunction; readonly rules: readonly LoadedRule[] };

function readPack(
  root: string,
  id: string,
  { fits, rules }: Among,
): { readonly pack: Pack; readonly problems: readonly CodedError[] } {
  const file = `${FOLDER}/${id}/pack.yaml`;
  const source = new DataSource(file, readFileSync(join(root, file), 'utf8'), 'rule');
  const own = rules.filter((each) => each.file.startsWith(`${FOLDER}/${id}/`));
  const said = source.value as Partial<Pack>;
  const pack = { ...said, id, parameters: said.parameters ?? {}, rules: own } as Pack;
  if (!fits(source.value)) return { pack, problems: schemaProblems(source, fits) };
  const problems = [
    ...own
      .filter(({ rule }) => rule.pack !== id)
      .map(
        (each) =>
          new CodedError('rule:pack.mismatch', `the rule stands in the folder of the pack \`${id}\``, {
            place: { file: each.file, path: '/pack' },
            hint: `write \`"pack": "${id}"\``,
          }),
      ),
    ...Object.entries(pack.parameters).flatMap(([name, parameter]) =>
      Array.from(
        parameterProblems(parameter, pack),
        ({ member, message, hint }) =>
          new CodedError('rule:parameter.invalid', message, {
            place: source.place(['parameters', name, ...member]),
            hint,
          }),
      ),
    ),
  ];
  return { pack, problems };
}

type Found = { readonly member: readonly (string | number)[]; readonly message: string; readonly hint: string };

/** A default lies within its own bounds, and stands in each place that the parameter sets. */
function* parameterProblems(parameter: PackParameter, { rules }: Pack): Generator<Found> {
  const { default: given, sets } = parameter;
  if (!accepts(parameter, given)) {
    yield {
      member: ['default'],
      message: `the default \`${given}\` is none of the values that a home may set`,
      hint: 'widen the bounds, or take another default',
    };
  }
  for (const [index, place] of sets.entries()) {
    const { rule: id, path } = placeOf(place);
    const rule = rules.find((each) => each.rule.id === id)?.rule;
    const now = rule && valueAt(rule, path);
    if (now === given) continue;
    const member = ['sets', index];
    if (!rule) yield { member, message: `the pack has no rule \`${id}\``, hint: 'name a rule of its folder' };
    else if (now === undefined) yield { member, message: `there is nothing at \`${place}\``, hint: 'see the rule' };
    else {
      const hint = `write \`${given}\` in the rule, or take it as the default`;
      yield { member, message: `\`${place}\` is \`${JSON.stringify(now)}\`, and the default is \`${given}\``, hint };
    }
  }
}

function unreadable(file: string, cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  return new CodedError('rule:file.unreadable', `cannot read \`${file}\``, {
    place: { file },
    hint: 'each folder of `rules/packs` holds a `pack.yaml`',
    cause,
  });
}
