import type { FactValue } from '../Rule.ts';

/** Values that are known only when it happens, under the names by which an effect says them. */
export class SaidValues {
  readonly #values = new Map<string, FactValue>();

  /** The name of a fact in braces, made of what it is about. */
  say(value: FactValue, about: string): string {
    const wanted =
      about
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^[^a-z]+/, '') || 'value';
    let name = wanted;
    for (let number = 2; !this.#isFree(name, value); number += 1) name = `${wanted}_${number}`;
    this.#values.set(name, value);
    return `{${name}}`;
  }

  /** Whether something is a name in braces and nothing else: the value itself. */
  valueOf(text: unknown): FactValue | undefined {
    return typeof text === 'string' ? this.#values.get(text.slice(1, -1)) : undefined;
  }

  /** Those that stand in an effect, as rules write them; none where none does. */
  in(effect: object): { readonly with?: Readonly<Record<string, FactValue>> } {
    const text = JSON.stringify(effect);
    const used = [...this.#values].filter(([name]) => text.includes(`{${name}}`));
    return used.length === 0 ? {} : { with: Object.fromEntries(used) };
  }

  #isFree(name: string, value: FactValue): boolean {
    const before = this.#values.get(name);
    return before === undefined || JSON.stringify(before) === JSON.stringify(value);
  }
}
