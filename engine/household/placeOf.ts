/** A place in a rule, of a text such as `close_window#/conditions/all/0/value`: a JSON pointer after the rule's id. */
export function placeOf(text: string): { readonly rule: string; readonly path: readonly string[] } {
  const at = text.indexOf('#/');
  const path = text.slice(at + 2).split('/');
  return { rule: text.slice(0, at), path: path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) };
}

/** What stands at a place; undefined when nothing does. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** A copy with another value at a place that holds one. */
export function withValueAt<Document>(document: Document, path: readonly string[], value: unknown): Document {
  const [part, ...rest] = path;
  if (part === undefined) return value as Document;
  const next = withValueAt((document as Readonly<Record<string, unknown>>)[part], rest, value);
  if (Array.isArray(document)) return document.with(Number(part), next) as Document;
  return { ...document, [part]: next };
}
