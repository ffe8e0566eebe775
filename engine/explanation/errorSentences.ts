import type { EvaluationError } from '../rego/Verdict.ts';

type Sentence = { readonly zh: string; readonly en: string };

/** What went wrong while deciding, in a sentence for whoever reads why; each of them denies. */
const SENTENCES: Readonly<Record<EvaluationError['code'], Sentence>> = {
  'policy:evaluation.failed': {
    zh: '策略求值失败，因此不予准许',
    en: 'the policies could not be evaluated, so nothing is allowed',
  },
  'policy:evaluation.undefined': {
    zh: '策略没有给出任何结论，因此不予准许',
    en: 'the policies came to no verdict at all, so nothing is allowed',
  },
  'policy:evaluation.conflict': {
    zh: '策略对同一问题给出了互相矛盾的值，因此不予准许',
    en: 'the policies gave two values where there can be one, so nothing is allowed',
  },
  'policy:evaluation.wrong_type': {
    zh: '策略对类型不符的值进行了运算，因此不予准许',
    en: 'the policies worked on a value of a type that they do not take, so nothing is allowed',
  },
  'policy:evaluation.step_limit': {
    zh: '求值步数超出上限而被停止，因此不予准许',
    en: 'the evaluation took more steps than it may and was stopped, so nothing is allowed',
  },
  'policy:verdict.malformed': {
    zh: '策略给出的结论不合格式，因此不予准许',
    en: 'what the policies said is not in the form of a verdict, so nothing is allowed',
  },
  'policy:rule.unknown': {
    zh: '结论引用了未登记的规则，因此不予准许',
    en: 'a verdict names a rule that is not known, so nothing is allowed',
  },
  'policy:obligation.unknown': {
    zh: '规则要求了未知的义务，无法履行，因此不予准许',
    en: 'a rule asks for an obligation that is not known and so cannot be carried out; nothing is allowed',
  },
  'policy:obligation.conflict': {
    zh: '各规则要求的义务互相冲突，无法同时履行，因此不予准许',
    en: 'rules ask for obligations that cannot be carried out together, so nothing is allowed',
  },
  'policy:obligation.undone': {
    zh: '所要求的义务此时无法履行，因此不予准许',
    en: 'what the rules ask to be done with the answer cannot be done now, so nothing is allowed',
  },
};

/** The sentence that stands with an error in an explanation, in Chinese and English. */
export function sentenceOf(code: EvaluationError['code']): Sentence {
  return SENTENCES[code];
}
