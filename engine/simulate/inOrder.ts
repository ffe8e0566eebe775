/** The items by their keys, part after part: the first in which two differ orders them. */
export function inOrder<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => readonly (string | number)[],
): readonly Item[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => {
    const at = a.key.findIndex((part, index) => part !== b.key[index]);
    return at === -1 ? 0 : a.key[at]! < b.key[at]! ? -1 : 1;
  });
  return keyed.map(({ item }) => item);
}
