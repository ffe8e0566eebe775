import type { DeviceType, PropertyType } from '../../../twin/devices/index.ts';
import { EVERYTHING, holds, intersect, isEmpty, numbersBetween, oneOf, textOfSet, type ValueSet } from './ValueSet.ts';

/** A set of models, a bit for each. */
export type Models = Uint32Array;

/** One way in which a property is made, and the models that make it so. */
export type PropertyUse = {
  readonly property: PropertyType;
  /** What it may say. */
  readonly says: ValueSet;
  readonly models: Models;
};

/** What models of devices report and take, by property. */
export class Devices {
  readonly #names = new Map<string, number>();
  readonly #byKind = new Map<string, Models>();
  readonly #uses = new Map<string, Map<string, PropertyUse>>();
  readonly #words: number;
  readonly #saying = new Map<string, Models>();
  /** All of them. */
  readonly all: Models;

  constructor(types: Iterable<DeviceType>) {
    const listed = [...types];
    this.#words = Math.ceil(listed.length / 32);
    this.all = this.#none();
    for (const [index, type] of listed.entries()) this.#add(type, index);
  }

  get properties(): readonly string[] {
    return [...this.#uses.keys()];
  }

  get models(): readonly string[] {
    return [...this.#names.keys()];
  }

  usesOf(property: string): readonly PropertyUse[] {
    return [...(this.#uses.get(property)?.values() ?? [])];
  }

  /** Those of a kind, of a model, or of both. */
  matching({ kind, model }: { readonly kind?: string | undefined; readonly model?: string | undefined }): Models {
    const ofKind = kind === undefined ? this.all : (this.#byKind.get(kind) ?? this.#none());
    if (model === undefined) return ofKind;
    const one = this.#none();
    const index = this.#names.get(model);
    if (index !== undefined) mark(one, index);
    return both(ofKind, one);
  }

  /** Those whose kind or name passes. */
  thatAre(what: 'kind' | 'model', passes: (word: string) => boolean): Models {
    const found = this.#none();
    if (what === 'kind') for (const [kind, models] of this.#byKind) if (passes(kind)) unite(found, models);
    if (what === 'model') for (const [name, index] of this.#names) if (passes(name)) mark(found, index);
    return found;
  }

  /** Those that can report a value of the set; those that do not have the property count as saying null. */
  saying(property: string, set: ValueSet): Models {
    const asked = `${property} ${textOfSet(set)}`;
    const known = this.#saying.get(asked);
    if (known) return known;
    const found = this.#none();
    const silent = holds(set, null);
    for (const { property: each, says, models } of this.usesOf(property)) {
      if (silent || (each.access.published && !isEmpty(intersect(says, set)))) unite(found, models);
    }
    if (silent) unite(found, without(this.all, this.#having(property)));
    this.#saying.set(asked, found);
    return found;
  }

  /** Those that let a property be set. */
  taking(property: string): Models {
    const found = this.#none();
    for (const { property: each, models } of this.usesOf(property)) if (each.access.settable) unite(found, models);
    return found;
  }

  #having(property: string): Models {
    const found = this.#none();
    for (const { models } of this.usesOf(property)) unite(found, models);
    return found;
  }

  #add({ model, kind, byProperty }: DeviceType, index: number): void {
    this.#names.set(model, index);
    mark(this.all, index);
    const ofKind = this.#byKind.get(kind) ?? this.#none();
    this.#byKind.set(kind, ofKind);
    mark(ofKind, index);
    for (const [name, { type }] of byProperty) {
      const uses = this.#uses.get(name) ?? new Map<string, PropertyUse>();
      this.#uses.set(name, uses);
      const form = formOf(type);
      const use = uses.get(form) ?? { property: type, says: saidBy(type), models: this.#none() };
      uses.set(form, use);
      mark(use.models, index);
    }
  }

  #none(): Models {
    return new Uint32Array(this.#words);
  }
}

export function both(a: Models, b: Models): Models {
  const found = new Uint32Array(a.length);
  for (let word = 0; word < a.length; word++) found[word] = a[word]! & b[word]!;
  return found;
}

export function areAny(models: Models): boolean {
  for (const word of models) if (word !== 0) return true;
  return false;
}

/** What a property may say by its model: a word of its list, a number within its bounds, or whatever it likes. */
function saidBy({ type, min = -Infinity, max = Infinity, values, valueOn, valueOff }: PropertyType): ValueSet {
  if (type === 'numeric') return numbersBetween(min, max);
  if (type === 'enum' && values) return oneOf(values);
  if (type === 'binary' && valueOn !== undefined && valueOff !== undefined) return oneOf([valueOn, valueOff]);
  return type === 'text' ? ANY_TEXT : EVERYTHING;
}

const ANY_TEXT: ValueSet = { ...EVERYTHING, numbers: [] };

/** Whether a model tells what a property may say: its words, or its bounds. */
export function isListed({ property: { type, min, max, values, valueOn } }: PropertyUse): boolean {
  if (type === 'numeric') return min !== undefined && max !== undefined;
  return type === 'enum' ? values !== undefined : type === 'binary' && valueOn !== undefined;
}

/** The words that properties say by their models: those of lists, and of switches. */
export function wordsSaid(uses: readonly PropertyUse[]): readonly unknown[] {
  const words = uses.flatMap(({ property: { values, valueOn, valueOff } }): readonly unknown[] => {
    return values ?? [valueOn, valueOff];
  });
  return [...new Set(words)].filter((each) => each !== undefined);
}

/** Equal for properties that report and take the same. */
function formOf({ type, unit, min, max, values, valueOn, valueOff, access, parts }: PropertyType): string {
  const { published, settable } = access;
  const inside = parts?.map(({ name }) => name).join();
  return `${type} ${unit} ${min} ${max} ${values?.join('\n')} ${valueOn} ${valueOff} ${published} ${settable} ${inside}`;
}

function mark(models: Models, index: number): void {
  models[index >> 5]! |= 1 << (index & 31);
}

function unite(into: Models, models: Models): void {
  for (let word = 0; word < into.length; word++) into[word]! |= models[word]!;
}

function without(all: Models, models: Models): Models {
  return all.map((word, index) => word & ~models[index]!);
}
