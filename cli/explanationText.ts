import type { AnsweredObligation } from '../engine/obligations/duties.ts';
import { obligationText } from '../engine/obligations/obligationText.ts';
import { labelled } from './output.ts';

/** The languages that an explanation is printed in. */
export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

type Sentences = { readonly zh: string; readonly en: string };
type Ground = {
  readonly obligations: readonly AnsweredObligation[];
  readonly reasons: readonly {
    readonly code: string;
    readonly policy: string;
    readonly rule: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
    readonly clauses: readonly ({ readonly id: string } & Sentences)[];
    readonly missingFact: {
      readonly path: string;
      readonly lastAt: string | null;
      readonly ageSeconds: number | null;
      readonly remedy: string;
    } | null;
  }[];
  readonly errors: readonly ({ readonly code: string; readonly message: string | null } & Sentences)[];
};
type Dated = Ground & { readonly from: string; readonly outcome: string };

/** An explanation as the command asks for it. */
export type Explained = {
  readonly reader: string;
  readonly reproduced: boolean;
  readonly request: {
    readonly subject: { readonly account: string | null; readonly tier: string };
    readonly action: string;
    readonly purpose: string;
    readonly resources: readonly Readonly<Record<string, string>>[];
    readonly resourceCount?: number;
  };
  readonly decision: {
    readonly id: string;
    readonly outcome: string;
    readonly at: string;
    readonly bundle: string;
    readonly announced: readonly Dated[];
  } & Ground;
  readonly at?: Dated;
  /** Those that kept rules from acting. */
  readonly waivers: readonly {
    readonly rules: readonly string[];
    readonly owner: string;
    readonly reason: string | null;
    readonly ends: string;
  }[];
  readonly facts: readonly { readonly path: string | null; readonly value: unknown; readonly origin: string }[];
  readonly nextBetter: { readonly outcome: string; readonly changes: readonly { readonly condition: string }[] } | null;
};

type Asked = { readonly who: string; readonly action: string; readonly what: string; readonly purpose: string };

/** What an explanation says itself; policies' own sentences and the words of the field stay as they are written. */
const PHRASES = {
  en: {
    nobody: 'nobody',
    more: (count: number) => ` and ${count} more like it`,
    asked: (outcome: string, { who, action, what, purpose }: Asked) =>
      `${outcome}: ${who} to ${action} ${what} for ${purpose}`,
    under: (at: string, bundle: string, reproduced: boolean) =>
      `at ${at} under bundle ${bundle}, ${reproduced ? 'evaluates again to the same answer' : 'WHICH EVALUATES DIFFERENTLY NOW'}`,
    because: 'Because',
    announced: (from: string, outcome: string) => `From ${from} on, by what is announced: ${outcome}, because`,
    at: (from: string, outcome: string) => `At ${from}, by the policies that are active now: ${outcome}, because`,
    waived: 'waived: ',
    waiver: (rules: string, ends: string, owner: string) => `${rules} waived until ${ends} by ${owner}`,
    missing: (path: string, lastAt: string | null, remedy: string) =>
      `\`${path}\` was missing or too old${lastAt === null ? '' : `, last known at ${lastAt}`}; what would settle it: ${remedy}`,
    obliged: 'On condition of',
    better: (outcome: string) => `For ${outcome} one of these would have been enough`,
    best: 'No single change would have bettered it',
    facts: 'What was known, and from where',
    condition: 'a condition of the home',
  },
  zh: {
    nobody: '无账号者',
    more: (count: number) => `（另有同类 ${count} 项）`,
    asked: (outcome: string, { who, action, what, purpose }: Asked) =>
      `${outcome}：${who}，操作 ${action}，对象 ${what}，目的 ${purpose}`,
    under: (at: string, bundle: string, reproduced: boolean) =>
      `时间 ${at}，策略包 ${bundle}，${reproduced ? '重新求值结果一致' : '重新求值结果【不一致】'}`,
    because: '依据',
    announced: (from: string, outcome: string) => `自 ${from} 起，按已公布的策略：${outcome}，依据`,
    at: (from: string, outcome: string) => `在 ${from}，按现行策略：${outcome}，依据`,
    waived: '已豁免：',
    waiver: (rules: string, ends: string, owner: string) => `${rules} 豁免至 ${ends}，责任人 ${owner}`,
    missing: (path: string, lastAt: string | null, remedy: string) =>
      `事实 \`${path}\` 缺失或过旧${lastAt === null ? '' : `，最近一次为 ${lastAt}`}；解决办法：${remedy}`,
    obliged: '附带义务',
    better: (outcome: string) => `满足以下任一条件即可达到 ${outcome}`,
    best: '没有任何单项变更能得到更好的结果',
    facts: '所依据的事实及其来源',
    condition: '该家庭的一项情况',
  },
} as const;

/** An explanation as text for people; without a language in English, with the titles of clauses in Chinese beside it. */
export function explanationText(explained: Explained, language: Language | null): string {
  const { decision, request, facts, nextBetter, reproduced, at, waivers } = explained;
  const say = PHRASES[language ?? 'en'];
  const { subject, action, purpose, resources, resourceCount = resources.length } = request;
  const [first = {}] = resources;
  const what = [first['home'], first['device'], first['property'] ?? first['id']].filter(Boolean).join(' / ');
  const more = resourceCount > 1 ? say.more(resourceCount - 1) : '';
  const who = `${subject.account ?? say.nobody} (${subject.tier})`;
  return [
    ...labelled('', say.asked(decision.outcome.toUpperCase(), { who, action, what: what + more, purpose }), 0),
    ...labelled('', say.under(decision.at, decision.bundle.slice(0, 12), reproduced), 0),
    '',
    say.because,
    ...ground(decision, language),
    ...waivers.flatMap(({ rules, owner, reason, ends }) =>
      indent([say.waiver(rules.join(', '), ends, owner), ...(reason === null ? [] : [reason])].join(': '), 2),
    ),
    ...decision.announced.flatMap((later) => [
      '',
      say.announced(later.from, later.outcome.toUpperCase()),
      ...ground(later, language),
    ]),
    ...(at ? ['', say.at(at.from, at.outcome.toUpperCase()), ...ground(at, language)] : []),
    '',
    nextBetter ? say.better(nextBetter.outcome) : say.best,
    ...(nextBetter?.changes ?? []).flatMap(({ condition }) => indent(condition, 2)),
    '',
    say.facts,
    ...facts.flatMap(({ path, value, origin }) => [
      ...labelled(`  ${path ?? say.condition}`, JSON.stringify(value).replaceAll(',"', ', "'), 28),
      ...indent(origin, 28),
    ]),
  ].join('\n');
}

/** Why something is decided, and on which condition. */
function ground({ reasons, obligations, errors }: Ground, language: Language | null): readonly string[] {
  const say = PHRASES[language ?? 'en'];
  return [
    ...reasons.flatMap(({ code, policy, rule, file, line, message, clauses, missingFact }) => [
      ...indent(`${code === 'waived' ? say.waived : ''}${policy}/${rule}: ${message}`, 2),
      `    ${file}:${line}`,
      ...clauses.flatMap(({ id, ...text }) => indent(`${id} ${inLanguage(text, language)}`, 4)),
      ...(missingFact ? indent(say.missing(missingFact.path, missingFact.lastAt, missingFact.remedy), 4) : []),
    ]),
    ...errors.flatMap(({ code, ...text }) => indent(`${code}: ${language === 'zh' ? text.zh : text.en}`, 2)),
    ...(obligations.length > 0 ? ['', ...labelled(say.obliged, obligationText(obligations), 17)] : []),
  ];
}

function inLanguage({ zh, en }: Sentences, language: Language | null): string {
  return language === null ? `${zh}. ${en}` : language === 'zh' ? zh : en;
}

function indent(text: string, by: number): readonly string[] {
  return labelled('', text, by);
}
