import type { CodedError } from '../../../twin/CodedError.ts';
import { DataSource } from '../../documents/DataSource.ts';
import { type RuleGrammar, readRuleDocument } from '../loadRules.ts';
import type { Rule } from '../Rule.ts';
import { type Converted, convertAutomation } from './convertAutomation.ts';
import { EntityMap, type EntityTarget } from './EntityMap.ts';
import { NotTaken } from './NotTaken.ts';
import { readAutomations, type YamlFile } from './readAutomations.ts';

export type ImportOptions = {
  readonly files: readonly YamlFile[];
  readonly mapping?: ReadonlyMap<string, EntityTarget>;
  /** Whether what can be said of an automation is taken where not all of it can. */
  readonly isPartial?: boolean;
  /** By which rules are read: what is converted is one, or is not taken. */
  readonly grammar: RuleGrammar;
};

export type Imported = {
  readonly automations: readonly Converted[];
  /** The rules of automations that were converted whole; in part as well when that was asked for. */
  readonly rules: readonly Rule[];
  readonly isPartial: boolean;
  /** The entities that these automations speak of, and which devices they are. */
  readonly entities: ReadonlyMap<string, EntityTarget>;
  /** Files that could not be read. */
  readonly problems: readonly CodedError[];
  readonly files: number;
};

/**
 * Turns the automations of Home Assistant in these files into rules, and tells of each what became of it. It never throws for
 * what is written there.
 *
 * @example
 * const { rules, automations } = importHomeAssistant({ files: yamlFiles('config/'), grammar: ruleGrammar(root) });
 */
export function importHomeAssistant({ files, mapping, isPartial = false, grammar }: ImportOptions): Imported {
  const { automations, problems } = readAutomations(files);
  const entities = new EntityMap(mapping);
  const freshId = freshIds();
  const converted = automations.map((automation) =>
    readable(convertAutomation(automation, { entities, freshId }), grammar),
  );
  const taken = converted.filter(({ outcome }) => outcome === 'whole' || (isPartial && outcome === 'part'));
  return {
    automations: converted,
    rules: taken.flatMap(({ rules }) => rules),
    isPartial,
    entities: entities.used,
    problems,
    files: files.length,
  };
}

/** An automation whose rules are read like any other; one with a rule that is not is refused with what is wrong. */
function readable(converted: Converted, grammar: RuleGrammar): Converted {
  for (const rule of converted.rules) {
    const source = new DataSource(`${rule.id}.json`, JSON.stringify(rule), 'rule');
    const [problem] = readRuleDocument(source, grammar, () => undefined).problems;
    if (!problem) continue;
    const { line } = converted.automation;
    const instead = problem.hint === undefined ? {} : { instead: problem.hint };
    const construct = { construct: 'rule', line, problem: new NotTaken('rule', problem.message, { ...instead, line }) };
    return { ...converted, outcome: 'refused', rules: [], constructs: [...converted.constructs, construct] };
  }
  return converted;
}

function freshIds(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let id = wanted;
    for (let number = 2; taken.has(id); number += 1) id = `${wanted}_${number}`;
    taken.add(id);
    return id;
  };
}
