import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { InputPath } from './readSet.ts';

/**
 * An input that notes what is read of it. Its values stand under the paths given, none of which lies under another, and
 * are looked up when they are read: the same input stands for one choice of values after the other.
 *
 * An evaluator that keeps nothing of an input has no other way to the values, so a verdict rests on what was noted and
 * nothing else, and what is read next follows from what was read.
 */
export class NotingInput {
  readonly input: PolicyInput;
  readonly #read = new Set<number>();

  /** @param valueAt the value that stands under a path now, by the path's number; undefined where there is none */
  constructor(paths: readonly InputPath[], valueAt: (number: number) => unknown) {
    const root: Part = {};
    for (const [number, path] of paths.entries()) {
      const read = () => {
        this.#read.add(number);
        return valueAt(number);
      };
      // What evaluators read must be an object's own, and among what it lists.
      Object.defineProperty(partAt(root, path.slice(0, -1)), path.at(-1)!, { get: read, enumerable: true });
    }
    this.input = root as unknown as PolicyInput;
  }

  /** Evaluates the input, and tells the numbers of the paths whose values that read, in the order of the first reading. */
  evaluate<Value>(by: (input: PolicyInput) => Value): { readonly value: Value; readonly read: readonly number[] } {
    this.#read.clear();
    const value = by(this.input);
    return { value, read: [...this.#read] };
  }
}

type Part = { [key: string]: Part };

function partAt(root: Part, path: InputPath): Part {
  let part = root;
  for (const key of path) {
    part[key] ??= {};
    part = part[key];
  }
  return part;
}
