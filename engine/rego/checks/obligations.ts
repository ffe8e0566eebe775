import { obligationTypes } from '../../obligations/index.ts';
import type { Problem } from '../Compiled.ts';
import { type Constant, constantsOf, plain } from './constants.ts';
import { type PolicyCheck, problemAt, type Told } from './PolicyCheck.ts';
import { headMember, type Program, type ProgramRule } from './Program.ts';
import { callOf, type Term, textOf } from './Syntax.ts';
import { suggest } from './suggest.ts';

/** Obligations of a type that does not exist, or that do not say what their type needs: a decision with one denies. */
export const obligations: PolicyCheck = ({ program }) =>
  program.rules.flatMap((rule) => obligationsOf(rule, program).flatMap(problemsOf));

/** The obligations that a rule writes out, as far as they are constants. */
export function obligationsOf(rule: ProgramRule, program: Program): readonly Constant[] {
  const list = rule.kind && headMember(rule, 'obligations');
  return list ? itemsOf(list, rule, program) : [];
}

// One that is worked out while deciding does not keep the others from being looked at.
function itemsOf(list: Term, rule: ProgramRule, program: Program): readonly Constant[] {
  if (list.type === 'array') return list.value.flatMap((each) => constantsOf(each, rule, program));
  const call = callOf(list);
  if (call && textOf(call.operator) === 'array.concat')
    return call.args.flatMap((each) => itemsOf(each, rule, program));
  return constantsOf(list, rule, program).flatMap((each) => (each.kind === 'list' ? each.items : [each]));
}

function problemsOf(obligation: Constant): readonly Problem[] {
  const typed = obligation.kind === 'object' ? obligation.members.get('type') : undefined;
  if (obligation.kind !== 'object' || !typed) {
    const hint = 'write an object such as `{"type": "audit"}`';
    return [problem(obligation, { code: 'policy:obligation.malformed', message: 'this is no obligation', hint })];
  }
  const name = plain(typed);
  const type = obligationTypes.find((each) => each.type === name);
  if (!type) {
    const known = obligationTypes.map((each) => each.type);
    const message = `no obligation is called \`${name}\``;
    return [problem(typed, { code: 'policy:obligation.unknown', message, ...suggest(String(name), known, true) })];
  }
  return membersOf(obligation, type.schema.properties);
}

type Schemas = Readonly<Record<string, object>>;

function membersOf(obligation: Constant & { readonly kind: 'object' }, schemas: Schemas): readonly Problem[] {
  const { members } = obligation;
  const name = plain(members.get('type')!);
  const code = 'policy:obligation.malformed';
  const [said, wanted] = [[...members.keys()], Object.keys(schemas)];
  const extra = said
    .filter((member) => !wanted.includes(member))
    .map((member) =>
      problem(members.get(member)!, {
        code,
        message: `\`${name}\` has no \`${member}\``,
        ...listed(
          member,
          wanted.filter((each) => !said.includes(each)),
        ),
      }),
    );
  const missing = wanted
    .filter((member) => !said.includes(member))
    .map((member) =>
      problem(obligation, {
        code,
        message: `\`${name}\` does not say its \`${member}\``,
        ...described(schemas[member]!),
      }),
    );
  const wrong = said.flatMap((member) => {
    const value = plain(members.get(member)!);
    const schema = schemas[member];
    if (!schema || accepts(schema, value)) return [];
    const message = `\`${name}\` takes no \`${member}\` of \`${JSON.stringify(value)}\``;
    const words = 'enum' in schema ? (schema.enum as readonly string[]) : [];
    const told = typeof value === 'string' && words.length > 0 ? suggest(value, words, true) : described(schema);
    return [problem(members.get(member)!, { code, message, ...told })];
  });
  return [...extra, ...missing, ...wrong];
}

function listed(word: string, known: readonly string[]): Pick<Problem, 'hint'> {
  const { hint } = suggest(word, known);
  return hint === undefined ? {} : { hint };
}

function described(schema: object): Pick<Problem, 'hint'> {
  const {
    description,
    enum: words,
    minimum,
  } = schema as {
    readonly description?: string;
    readonly enum?: readonly string[];
    readonly minimum?: number;
  };
  if (words) return { hint: `${description} ${words.map((word) => `\`${word}\``).join(', ')}` };
  return description === undefined
    ? {}
    : { hint: `${description}${minimum === undefined ? '' : ` At least ${minimum}.`}` };
}

function accepts(schema: object, value: unknown): boolean {
  if ('const' in schema) return schema.const === value;
  if ('enum' in schema) return (schema.enum as readonly unknown[]).includes(value);
  const { minimum, maximum } = schema as { readonly minimum: number; readonly maximum: number };
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}

function problem({ file, at }: Constant, told: Told): Problem {
  return problemAt({ file, at }, at, told);
}
