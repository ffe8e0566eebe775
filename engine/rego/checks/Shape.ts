import type { SchemaNode } from './InputSchema.ts';
import type { At } from './Syntax.ts';

/** A word that a policy writes where a value has this shape. */
export type Word = {
  readonly text: string;
  readonly file: string;
  readonly at: At;
  /** The rule whose value the word is, where it is one. */
  readonly defines?: string;
};

/**
 * What is known of a value by how policies use it: the parts of the input that it may be, the words that it is compared
 * with, and its members. Values that are compared are one shape, so that what is known of one is known of the other.
 */
export class Shape {
  #into: Shape | null = null;
  readonly #nodes = new Set<SchemaNode>();
  readonly #words: Word[] = [];
  readonly #members = new Map<string, Shape>();
  #element: Shape | null = null;
  #keys: Shape | null = null;

  /** What stands for this shape and all that it was united with. */
  get root(): Shape {
    if (!this.#into) return this;
    this.#into = this.#into.root;
    return this.#into;
  }

  get nodes(): ReadonlySet<SchemaNode> {
    return this.root.#nodes;
  }

  get words(): readonly Word[] {
    return this.root.#words;
  }

  addNode(node: SchemaNode): void {
    const self = this.root;
    if (self.#nodes.has(node)) return;
    self.#nodes.add(node);
    for (const [name, member] of self.#members) {
      const known = node.members.get(name);
      if (known) member.addNode(known);
    }
    if (node.element) self.#element?.addNode(node.element);
  }

  addWord(word: Word): void {
    this.root.#words.push(word);
  }

  member(name: string): Shape {
    const self = this.root;
    let member = self.#members.get(name);
    if (!member) {
      member = new Shape();
      self.#members.set(name, member);
      for (const node of self.#nodes) {
        const known = node.members.get(name);
        if (known) member.addNode(known);
      }
      // Whoever reads under names that are not known may read this one.
      self.#element?.unite(member);
    }
    return member.root;
  }

  /** What lists and sets hold, and objects under names that are not known. */
  get element(): Shape {
    const self = this.root;
    if (!self.#element) {
      self.#element = new Shape();
      for (const { element } of self.#nodes) if (element) self.#element.addNode(element);
      for (const member of self.#members.values()) self.#element.unite(member);
    }
    return self.#element.root;
  }

  /** The names of an object's members. */
  get keys(): Shape {
    const self = this.root;
    self.#keys ??= new Shape();
    return self.#keys.root;
  }

  /** Makes two shapes one: their values are compared, or one is given where the other is wanted. */
  unite(other: Shape): void {
    const [self, gone] = [this.root, other.root];
    if (self === gone) return;
    gone.#into = self;
    for (const node of gone.#nodes) self.addNode(node);
    self.#words.push(...gone.#words);
    for (const [name, member] of gone.#members) self.member(name).unite(member);
    if (gone.#element) self.element.unite(gone.#element);
    if (gone.#keys) self.keys.unite(gone.#keys);
  }
}
