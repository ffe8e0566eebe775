import type { NotTaken } from './NotTaken.ts';
import type { YamlTree } from './YamlTree.ts';

/** What became of one construct of an automation. */
export type Construct = {
  /** `trigger state`, `condition template`, `action delay`. */
  readonly construct: string;
  readonly line: number;
  readonly problem: NotTaken | null;
};

/** Every construct of one automation, each once however often it was looked at; one that was not taken once is not taken. */
export class Tally {
  readonly #constructs = new Map<YamlTree, Construct>();
  readonly #notes = new Set<string>();

  get constructs(): readonly Construct[] {
    return [...this.#constructs.values()].sort((a, b) => a.line - b.line);
  }

  /** What is otherwise than in Home Assistant, though the construct was taken. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  record(tree: YamlTree, construct: string, problem: NotTaken | null): void {
    const before = this.#constructs.get(tree);
    if (before?.problem) return;
    this.#constructs.set(tree, { construct, line: tree.line, problem });
  }

  note(text: string): void {
    this.#notes.add(text);
  }
}
