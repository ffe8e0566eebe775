/** What a table holds under a name that somebody wrote: nothing of what every object has, as `constructor`. */
export function named<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
