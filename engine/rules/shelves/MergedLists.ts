import { RuleList } from './RuleList.ts';

/** The lists that came after others, and the ids of all of them together once they were asked for. */
type Node = { readonly next: Map<RuleList, Node>; ids: readonly string[] | null };

/** Combinations and ids that are remembered; beyond, what is remembered is not what comes again. */
const MOST_KEPT = 500_000;
const NONE: readonly string[] = [];

/**
 * The ids of several lists in their order, each once. Messages of one kind of device find the same lists again and again:
 * each combination is put together once, and gives the very same list of ids again. It holds until a rule is set or removed.
 */
export class MergedLists {
  #root = newNode();
  #kept = 0;

  idsOf(lists: readonly RuleList[]): readonly string[] {
    if (lists.length === 0) return NONE;
    if (lists.length === 1) return lists[0]!.ids;
    let node = this.#root;
    for (const list of lists) {
      let next = node.next.get(list);
      if (!next) {
        next = newNode();
        node.next.set(list, next);
        this.#kept += 1;
      }
      node = next;
    }
    return node.ids ?? this.#merge(lists, node);
  }

  #merge(lists: readonly RuleList[], node: Node): readonly string[] {
    const ids = RuleList.idsOf(lists);
    node.ids = ids;
    this.#kept += ids.length;
    if (this.#kept > MOST_KEPT) {
      this.#root = newNode();
      this.#kept = 0;
    }
    return ids;
  }
}

function newNode(): Node {
  return { next: new Map(), ids: null };
}
