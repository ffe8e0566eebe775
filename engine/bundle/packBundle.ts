import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { lifecycles } from '../../twin/lifecycles/index.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { readInputSchema } from '../rego/policyFiles.ts';
import { BUNDLE_FORMAT, type BundleFile, type BundleManifest, contentDigest, digestOf } from './BundleFile.ts';

type About = Pick<BundleManifest, 'name' | 'revision' | 'author' | 'created' | 'expires'>;

/** The bundle of the policies that come with the program: what a folder starts with, before anybody signs another. */
export const BUILT_IN: About = { name: 'built_in', revision: '', author: null, created: null, expires: null };

/**
 * Packs what stands under `policies/` and `rules/` of a root, and the lifecycles of the program, into an unsigned bundle.
 * Drafts and the register of clauses stay out, the schemas of rules and cases, and whom alarms are
 * escalated to: they are the program's.
 */
export function packBundle(root: string, about: About): BundleFile {
  const files = { ...readTexts(root, 'policies'), ...readTexts(root, 'rules'), ...lifecycleTexts() };
  const listed = Object.entries(files)
    .map(([path, text]) => ({ path, sm3: digestOf(text) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const { version } = readInputSchema(join(root, 'policies')) as { readonly version: number };
  const what = { inputSchema: version, files: listed };
  return { manifest: { format: BUNDLE_FORMAT, ...about, ...what, content: contentDigest(what) }, files };
}

/** Each lifecycle's definition, as it is signed and compared. */
export function lifecycleTexts(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(lifecycles).map(([name, { machine }]) => [
      `lifecycles/${name}.json`,
      `${canonicalJson(machine.config)}\n`,
    ]),
  );
}

/** The files of the program that a bundle is read with and does not bring. */
export const PROGRAM_FILES = [
  'policies/cases.schema.json',
  'rules/rule.schema.json',
  'rules/cases.schema.json',
  'rules/pack.schema.json',
] as const;

const LEFT_OUT = /^(?:policies\/(?:drafts|clauses)\/|rules\/escalation\.yaml$)/;

function readTexts(root: string, folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /\.(?:rego|yaml|json)$/.test(path) && !LEFT_OUT.test(path))
    .filter((path) => !(PROGRAM_FILES as readonly string[]).includes(path));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
