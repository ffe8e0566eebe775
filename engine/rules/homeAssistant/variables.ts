import { asNotTaken, type Scope, withVariable } from './Scope.ts';
import type { Value } from './template/Value.ts';
import { evaluated } from './values.ts';
import type { YamlTree } from './YamlTree.ts';

/** The scope with the names that are given values; what cannot be evaluated is a problem for who uses it. */
export function withVariables(tree: YamlTree | undefined, scope: Scope, after = 0): Scope {
  if (tree?.kind !== 'map') return scope;
  return [...tree.entries].reduce(
    (inner, [name, item]) => withVariable(inner, name, takenAt(variable(item, inner), after)),
    scope,
  );
}

/** The scope with the names that have no value yet: what a trigger gave goes before what its automation gives. */
export function withDefaults(tree: YamlTree | undefined, scope: Scope): Scope {
  if (tree?.kind !== 'map') return scope;
  const entries = new Map([...tree.entries].filter(([name]) => !scope.variables.has(name)));
  return withVariables({ ...tree, entries }, scope);
}

/** A value as a variable takes it: what entities say later is not in it. */
function takenAt(value: Value, since: number): Value {
  switch (value.kind) {
    case 'reading':
      return { ...value, since: value.since ?? since };
    case 'either':
      return { ...value, chosen: takenAt(value.chosen, since), otherwise: takenAt(value.otherwise, since) };
    case 'joined':
      return { ...value, parts: value.parts.map((part) => takenAt(part, since)) };
    default:
      return value;
  }
}

function variable(item: YamlTree, scope: Scope): Value {
  try {
    return evaluated(item, scope);
  } catch (error) {
    const problem = asNotTaken(error);
    problem.line ??= item.line;
    return { kind: 'not_taken', problem };
  }
}
