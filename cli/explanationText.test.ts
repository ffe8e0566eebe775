import { expect, it } from 'vitest';
import { displayWidth } from './displayWidth.ts';
import { type Explained, explanationText } from './explanationText.ts';

const CLAUSE = {
  id: 'DH-7.2.6',
  zh: '平台应当对数据访问实行授权管理，未经授权的访问一律拒绝，并记录每一次访问的主体、对象、目的与结果，供事后查验',
  en: 'Access to data is authorised, and what is not authorised is refused.',
};
const DENIED: Explained = {
  reader: 'auditor',
  reproduced: true,
  request: {
    subject: { account: 'officer', tier: 'community' },
    action: 'read',
    purpose: 'community_service',
    resources: [{ home: 'demo', device: 'demo:0xa2', property: 'state' }],
    resourceCount: 3,
  },
  decision: {
    id: 'd-1',
    outcome: 'denied',
    at: '2026-11-04T05:20:00.000Z',
    bundle: '0123456789abcdef',
    obligations: [],
    announced: [],
    reasons: [
      {
        code: 'no_permit',
        policy: 'main',
        rule: 'no_permit',
        file: 'policies/main.rego',
        line: 19,
        message: 'no policy permits this',
        missingFact: null,
        clauses: [CLAUSE],
      },
    ],
    errors: [
      {
        code: 'policy:evaluation.failed',
        message: null,
        zh: '策略求值失败，因此不予准许',
        en: 'the policies could not be evaluated',
      },
    ],
  },
  waivers: [],
  facts: [{ path: null, value: null, origin: 'a condition of the home' }],
  nextBetter: { outcome: 'raw', changes: [{ condition: 'relations had resident' }] },
};

/** Without the breaks of lines, wherever they fall. */
function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

it('explains in English with the titles of clauses in Chinese beside it', () => {
  const text = inOneLine(explanationText(DENIED, null));
  expect(text).toContain(
    'DENIED: officer (community) to read demo / demo:0xa2 / state and 2 more like it for community_service',
  );
  expect(text).toContain('evaluates again to the same answer');
  expect(text).toContain('policies/main.rego:19');
  expect(text).toContain('平台应当');
  expect(text).toContain('policy:evaluation.failed: the policies could not be evaluated');
});

it('explains in one language alone', () => {
  expect(explanationText(DENIED, 'en')).not.toMatch(/\p{Script=Han}/u);
  const text = inOneLine(explanationText(DENIED, 'zh'));
  expect(text).toContain(
    'DENIED：officer (community)，操作 read，对象 demo / demo:0xa2 / state（另有同类 2 项），目的 community_service',
  );
  expect(text).toContain('策略求值失败，因此不予准许');
  expect(text).toContain('满足以下任一条件即可达到 raw');
  expect(text).not.toContain('Access to data');
});

it('breaks lines by how wide characters are, and keeps columns under each other', () => {
  const lines = explanationText(DENIED, 'zh').split('\n');
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(100);
  const [value, origin] = lines.slice(lines.findIndex((line) => line.includes('该家庭的一项情况')));
  expect(displayWidth(value!.slice(0, value!.indexOf('null')))).toBe(origin!.search(/\S/));
});
