import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { combine } from '../combine.ts';
import { composeDraft } from './composeDraft.ts';
import { loadPolicies, type PolicyBundle, type PolicyLoad } from './loadPolicies.ts';
import { findDraft, findPolicies, readInputSchema } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { randomInputs } from './randomInputs.ts';
import { type EditedBundle, type EditedLoad, recompilePolicies } from './recompilePolicies.ts';

const root = join(import.meta.dirname, '../../policies');
const folder = mkdtempSync(join(tmpdir(), 'twinward-recompile-'));
const compiler = new RegoCompiler();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await compiler.close();
});

const active = findPolicies(root);
const inputSchema = readInputSchema(root);
const whole = (draft?: string) => loadPolicies(root, { compiler, ...(draft !== undefined && { draft }) });
const bundleOf = (load: PolicyLoad): PolicyBundle => (load.kind === 'loaded' ? load.bundle : expect.unreachable());
const base = await whole().then(bundleOf);

function edited(draft: string): Promise<EditedLoad | null> {
  const { modules, changes } = composeDraft(active, findDraft(root, draft));
  return recompilePolicies({ modules: active, bundle: base }, modules, { changes, inputSchema, compiler });
}

/** A draft of one file of the active policies, with an edit. */
function draftOf(file: string, edit: (text: string) => string): string {
  const draft = join(folder, `${file.replaceAll('/', '-')}`);
  const text = readFileSync(join(root, file), 'utf8');
  writeFileSync(draft, edit(text));
  expect(edit(text)).not.toBe(text);
  return draft;
}

/** What each of two bundles decides on many inputs, on days on which different policies hold. */
function expectEqual(part: EditedBundle, full: PolicyBundle): void {
  const facts = ({ id, files, rules, dates, changes }: EditedBundle) => [id, files, rules, [...dates].sort(), changes];
  expect(facts(part)).toEqual(facts(full));
  for (const day of ['2026-01-01', '2026-10-01', '2027-07-20', '2031-01-01']) {
    const [one, other] = [part, full].map((bundle) => bundle.at(Date.parse(day)).evaluator);
    expect(one!.policies!.map(({ digest, readSet }) => [digest, readSet])).toEqual(
      other!.policies!.map(({ digest, readSet }) => [digest, readSet]),
    );
    for (const input of randomInputs(inputSchema, { seed: 5 }).take(250)) {
      expect(combine(one!.evaluate(input))).toEqual(combine(other!.evaluate(input)));
    }
  }
}

describe('policies of which only what changed is compiled', () => {
  it.each([
    ['a draft that adds a policy', () => join(root, 'drafts/heat_wave')],
    ['a draft that replaces one', () => join(root, 'drafts/quick_fix')],
    ['another library, which many use', () => draftOf('lib/home/home.rego', (text) => text.concat('\n# edited\n'))],
    [
      'other dates',
      () => draftOf('sharing/care/care.rego', (text) => text.replace(/in_force: "\d{4}/, 'in_force: "2029')),
    ],
  ])('%s: id, rules, dates and decisions are those of the whole', async (_, draft) => {
    const path = draft();
    const part = await edited(path);
    if (part?.kind !== 'loaded') expect.unreachable(JSON.stringify(part));
    expectEqual(part.bundle, await whole(path).then(bundleOf));
  });

  it('a policy that goes while another changes', async () => {
    const [before, after] = [join(root, 'drafts/heat_wave'), join(root, 'drafts/quick_fix')];
    const loaded = {
      modules: composeDraft(active, findDraft(root, before)).modules,
      bundle: await whole(before).then(bundleOf),
    };
    const { modules, changes } = composeDraft(active, findDraft(root, after));
    const part = await recompilePolicies(loaded, modules, { changes, inputSchema, compiler });
    if (part?.kind !== 'loaded') expect.unreachable(JSON.stringify(part));
    expectEqual(part.bundle, await whole(after).then(bundleOf));
  });

  it('tells the problems of a draft that does not compile, as the whole does', async () => {
    const draft = draftOf('sharing/care/care.rego', (text) =>
      text.replace(/input\.resource\.label\.\w+/, 'input.resource.lable').concat('\ndeny contains x if {\n\ty\n}\n'),
    );
    const [part, full] = [await edited(draft), await whole(draft)];
    expect(full.kind).toBe('rejected');
    expect(part).toEqual(full);
  });

  it('gives up where what composes the policies is another', async () => {
    expect(await edited(draftOf('main.rego', (text) => text.concat('\n# edited\n')))).toBeNull();
  });
});
