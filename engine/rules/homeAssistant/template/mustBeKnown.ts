import { NotTaken } from '../NotTaken.ts';
import { factOf, isOneOf } from '../readingConditions.ts';
import { DependsOn, keyOf, type Scope } from '../Scope.ts';
import { joinKnown } from './knownValues.ts';
import { trimmed } from './texts.ts';
import { type Known, known, type Reading, type Value } from './Value.ts';

/**
 * A value that must be known before anything happens. Throws `DependsOn` where it is one or another by a condition, and
 * `NotTaken` where it is known only when it happens.
 */
export function mustBeKnown(value: Value, where: string, scope: Scope): Known {
  switch (value.kind) {
    case 'known':
      return value.value;
    case 'either': {
      const settled = scope.settled.get(keyOf(value.condition));
      if (settled === undefined) throw new DependsOn(value.condition);
      return mustBeKnown(settled ? value.chosen : value.otherwise, where, scope);
    }
    case 'joined':
      return trimmedKnown(value.parts.map((part) => joinKnown(mustBeKnown(part, where, scope))).join(''));
    case 'reading': {
      const option = value.moment === 'now' ? optionOf(value, scope) : undefined;
      if (option !== undefined) return option;
      if (!scope.said || value.isWhole || value.as === 'lower') break;
      if (value.since !== undefined && value.since !== (scope.after ?? 0)) {
        throw new NotTaken(
          'template value',
          'it is what the entity said before the delay, and would be said as it is then',
          {
            instead: 'ask the entity itself where it is said',
          },
        );
      }
      if (value.fallback !== undefined) scope.tally.note('what is not known is said as `unknown`');
      return scope.said.say(factOf(value, scope), aboutOf(value));
    }
    case 'payload':
      if (!scope.said || value.key === null) break;
      return scope.said.say({ fact: 'property', params: { name: value.key } }, value.key);
    case 'not_taken':
      throw value.problem;
  }
  throw new NotTaken('template value', `${where} holds a value that is known only when it happens`, {
    instead: 'write what it should be, or keep the automation in Home Assistant',
  });
}

function aboutOf({ entity, attribute, moment }: Reading): string {
  return [...(moment === 'before' ? ['before'] : []), entity, ...(attribute === null ? [] : [attribute])].join('_');
}

/** The state that the trigger came to, where it names the few that it can be: a rule is made for each. */
function optionOf(reading: Reading, scope: Scope): string | undefined {
  const { trigger, settled } = scope;
  if (reading.entity !== trigger.entity || reading.attribute !== null || trigger.platform !== 'state') return undefined;
  for (const option of trigger.to ?? []) {
    const condition = isOneOf({ ...reading, as: 'is' }, [option], scope);
    const answer = settled.get(keyOf(condition));
    if (answer === undefined) throw new DependsOn(condition);
    if (answer) return option;
  }
  return undefined;
}

function trimmedKnown(text: string): Known {
  const value = trimmed(known(text));
  return value.kind === 'known' ? value.value : text;
}
