import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALARM_CLASSES } from './alarmClass.ts';
import { ESCALATION_FILE, loadEscalationPlan, parseEscalationPlan } from './escalationPlan.ts';

const others = 'security: [{ after: PT1M, to: residents }]\nfault: [{ after: PT1H, to: property }]\n';
const parse = (lifeSafety: string) => () => parseEscalationPlan(`life_safety: ${lifeSafety}\n${others}`, 'plan.yaml');
const at = (path: string, hint: unknown) =>
  expect.objectContaining({ code: 'rule:escalation.invalid', place: { file: 'plan.yaml', path }, hint });

describe('the plan of escalation', () => {
  it('of the repository is read, and is the built-in one too', () => {
    const { plan, problem } = loadEscalationPlan(join(import.meta.dirname, '../..'));
    expect(problem).toBeNull();
    expect(Object.keys(plan)).toEqual(ALARM_CLASSES);
    expect(plan.life_safety.map(({ to }) => to)).toEqual(['residents', 'community', 'responders']);
    const without = loadEscalationPlan(mkdtempSync(join(tmpdir(), 'twinward-')));
    expect(without.plan).toEqual(plan);
    expect(without.problem).toMatchObject({ code: 'rule:file.unreadable', place: { file: ESCALATION_FILE } });
  });

  it('says where what is wrong', () => {
    expect(parse('[{ after: PT1M, to: police }]')).toThrow(
      at('/life_safety/0/to', 'there are residents, property, community, responders'),
    );
    expect(parse('[{ after: soon, to: residents }]')).toThrow(at('/life_safety/0/after', expect.any(String)));
    expect(parse('[{ after: PT2M, to: residents }, { after: PT1M, to: community }]')).toThrow(
      at('/life_safety/1/after', 'write the soonest first'),
    );
    expect(parse('[{ after: PT1M, to: residents }, { after: PT2M, to: residents }]')).toThrow(
      at('/life_safety/1/to', 'leave one of the two out'),
    );
    expect(parse('[]')).toThrow(at('/life_safety', expect.any(String)));
    expect(() => parseEscalationPlan('comfort: []', 'plan.yaml')).toThrow(at('/comfort', expect.any(String)));
    expect(() => parseEscalationPlan('a: [', 'plan.yaml')).toThrow(/no YAML/);
  });
});
