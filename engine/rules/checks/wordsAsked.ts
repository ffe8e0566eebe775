import { HOME_MODES } from '../../../twin/words.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import { type Asked, everyAsked } from './askedOf.ts';
import type { RuleProblemCode } from './codes.ts';
import type { CheckableRules, RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { wordHint } from './wordHint.ts';

/** What a rule names that is written down elsewhere: models, modes, packs, scenes. */
export const wordsAsked: RuleCheck = function* (of) {
  for (const rule of of.rules) {
    if (!of.focus(rule)) continue;
    for (const { word, known, path, ...told } of namedIn(rule, of)) {
      if (known.includes(word) || word === null) continue;
      const said = typeof word === 'string' ? word : JSON.stringify(word);
      yield { ...told, rule, path, message: `${told.message} \`${said}\``, ...wordHint(said, known.map(String)) };
    }
  }
};

/** A word, the list that it belongs to, and what to say when it does not. */
type Named = Pick<Told, 'message' | 'path'> & {
  readonly code: RuleProblemCode;
  readonly word: unknown;
  readonly known: readonly unknown[];
};

function* namedIn(rule: RuleView, { devices, packs, scenes }: CheckableRules): Generator<Named> {
  const model = { code: 'rule:model.unknown', known: devices.models, message: 'no catalogue knows the model' } as const;
  const mode = { code: 'rule:mode.unknown', known: HOME_MODES, message: 'no home has a mode' } as const;
  if (rule.waking.model !== undefined) yield { ...model, word: rule.waking.model, path: ['on', 'devices', 'model'] };
  for (const { kind, key, path } of rule.wakes) if (kind === 'mode') yield { ...mode, word: key, path };
  for (const asked of everyAsked(rule.logic)) {
    if (asked.fact === 'device_model') yield* eachWord(asked, model);
    if (asked.fact === 'home_mode') yield* eachWord(asked, mode);
  }
  for (const { kind, says, path } of rule.effects) {
    if (kind === 'set_mode') yield { ...mode, word: says['mode'], path: [...path, 'mode'] };
    if (kind === 'run_scene' && scenes) {
      const message = 'the home has no scene';
      yield { code: 'rule:scene.unknown', word: says['scene'], known: [...scenes], message, path: [...path, 'scene'] };
    }
  }
  const { pack } = rule.rule;
  if (pack === undefined || !packs) return;
  yield { code: 'rule:pack.unknown', word: pack, known: [...packs], message: 'there is no pack', path: ['pack'] };
}

function* eachWord({ operator, value, path, set }: Asked, told: Omit<Named, 'word' | 'path'>): Generator<Named> {
  // What stands inside of a value, or is another fact's, is no word of its list.
  if (!set) return;
  const plain = operator.replace(/^(?:not:)+/, '');
  const at: DataPath = [...path, 'value'];
  if (plain === 'equal' || plain === 'notEqual') yield { ...told, word: value, path: at };
  if ((plain === 'in' || plain === 'notIn') && Array.isArray(value)) {
    for (const [index, word] of value.entries()) yield { ...told, word, path: [...at, index] };
  }
}
