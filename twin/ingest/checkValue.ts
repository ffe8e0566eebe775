import type { PropertyType } from '../devices/DeviceType.ts';
import type { DeadLetterCode } from './DeadLetter.ts';
import { isRecord } from './parsePayload.ts';

/** Why a value is not one of its property. */
export type BadValue = { readonly code: DeadLetterCode; readonly detail: string; readonly part?: string };

/** A value as it may be kept, and what was left out of it. `value` is undefined when nothing is left. */
export type Checked = { readonly value: unknown; readonly problems: readonly BadValue[] };

const MAX_TEXT = 4_096;
const MAX_ITEMS = 1_000;
const MAX_DEPTH = 6;

/** What is wrong with a simple value; null when nothing is. This is the path that nearly every value takes. */
export function checkSimple(type: PropertyType, value: unknown): BadValue | null {
  switch (type.type) {
    case 'numeric':
      return checkNumber(type, value);
    case 'binary':
      if (value === type.valueOn || value === type.valueOff) return null;
      return { code: 'value.not_listed', detail: `neither \`${type.valueOn}\` nor \`${type.valueOff}\`` };
    case 'enum':
      if (type.values?.includes(value as string)) return null;
      return { code: 'value.not_listed', detail: `none of the ${type.values?.length ?? 0} values of the model` };
    case 'text':
      return checkText(value);
    default:
      return null;
  }
}

/** Whether a value of the type is a plain one, which `checkSimple` settles. */
export function isSimple({ type }: PropertyType): boolean {
  return type !== 'composite' && type !== 'list';
}

/** Checks a value of any type; the good parts of a composite or list are kept, and each bad one is named. */
export function checkValue(type: PropertyType, value: unknown, depth = 0): Checked {
  if (isSimple(type)) {
    const problem = checkSimple(type, value);
    return problem ? { value: undefined, problems: [problem] } : { value, problems: [] };
  }
  if (depth >= MAX_DEPTH) return bad('value.too_long', `nested deeper than ${MAX_DEPTH}`);
  return type.type === 'composite' ? checkComposite(type, value, depth) : checkList(type, value, depth);
}

function checkNumber({ min, max, unit, label }: PropertyType, value: unknown): BadValue | null {
  if (typeof value !== 'number') return { code: 'value.wrong_type', detail: `${nameOf(value)} in place of a number` };
  if (!Number.isFinite(value)) return { code: 'value.out_of_range', detail: 'beyond what a number can hold' };
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return null;
  // A number that cannot be tells nothing of the people, but a sensitive one is not repeated all the same.
  const said = label.sensitive ? 'the value' : `${value}`;
  const range = `${min ?? '-∞'} to ${max ?? '∞'}${unit === undefined ? '' : ` ${unit}`}`;
  return { code: 'value.out_of_range', detail: `${said} is outside ${range}` };
}

function checkText(value: unknown): BadValue | null {
  if (typeof value !== 'string') return { code: 'value.wrong_type', detail: `${nameOf(value)} in place of text` };
  if (value.length > MAX_TEXT) return { code: 'value.too_long', detail: `more than ${MAX_TEXT} characters` };
  if (!value.isWellFormed()) return { code: 'value.wrong_type', detail: 'half a character in the text' };
  return null;
}

function checkComposite({ parts = [], isCall }: PropertyType, value: unknown, depth: number): Checked {
  if (!isRecord(value)) return bad('value.wrong_type', `${nameOf(value)} in place of an object`);
  if (isCall) return { value, problems: [] };
  const kept: Record<string, unknown> = {};
  const problems: BadValue[] = [];
  let unknown = Object.keys(value).length;
  for (const part of parts) {
    if (!Object.hasOwn(value, part.name)) continue;
    unknown--;
    const said = value[part.name];
    if (said === null) continue;
    const checked = checkValue(part, said, depth + 1);
    if (checked.value !== undefined) kept[part.name] = checked.value;
    for (const problem of checked.problems) problems.push({ ...problem, part: joined(part.name, problem.part) });
  }
  if (unknown > 0) problems.push({ code: 'property.unknown', detail: `${unknown} parts that the model does not have` });
  return { value: Object.keys(kept).length > 0 ? kept : undefined, problems };
}

function checkList({ items }: PropertyType, value: unknown, depth: number): Checked {
  if (!Array.isArray(value)) return bad('value.wrong_type', `${nameOf(value)} in place of a list`);
  if (value.length > MAX_ITEMS) return bad('value.too_long', `more than ${MAX_ITEMS} items`);
  if (!items) return bad('value.wrong_type', 'a list of unknown things');
  const checked = value.map((item) => checkValue(items, item, depth + 1));
  const problems = checked.flatMap((item) => item.problems).slice(0, 1);
  // A list with a hole in it says something else, so one bad item spoils it.
  return problems.length > 0 ? { value: undefined, problems } : { value: checked.map((item) => item.value), problems };
}

function bad(code: DeadLetterCode, detail: string): Checked {
  return { value: undefined, problems: [{ code, detail }] };
}

function joined(name: string, part: string | undefined): string {
  return part === undefined ? name : `${name}.${part}`;
}

function nameOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}
