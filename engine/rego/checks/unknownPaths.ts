import { nearest } from '../../clauses/nearest.ts';
import type { Problem } from '../Compiled.ts';
import { pathsOf, type SchemaNode } from './InputSchema.ts';
import type { Access } from './inferShapes.ts';
import type { PolicyCheck } from './PolicyCheck.ts';

/** Members that the schema of the input does not know: a rule that reads them never holds. */
export const unknownPaths: PolicyCheck = ({ shapes, input }) => {
  const paths = pathsOf(input);
  return shapes.accesses.flatMap((access): Problem[] => {
    const nodes = [...access.of.nodes];
    if (nodes.length === 0 || nodes.some((node) => hasMember(node, access.name))) return [];
    const { file, at, text } = access;
    const { row, col } = at;
    const message = `there is no \`${text}\`: ${nodes.map((node) => described(node)).join(' and ')}`;
    return [{ code: 'policy:input.unknown_path', message, file, row, col, ...suggestion(access, nodes, paths) }];
  });
};

function hasMember(node: SchemaNode, name: string): boolean {
  return node.kind === 'other' || (node.kind === 'object' && (node.open || node.members.has(name)));
}

function described({ path, kind, members }: SchemaNode): string {
  const name = path === '' ? 'the input' : `\`${path}\``;
  if (kind === 'list') return `${name} is a list`;
  if (kind !== 'object') return `${name} has no members`;
  return `${name} has ${[...members.keys()].map((member) => `\`${member}\``).join(', ')}`;
}

/** A member that is written much alike, or else a path elsewhere in the input that ends in this very name. */
function suggestion(
  { name, text }: Access,
  nodes: readonly SchemaNode[],
  paths: readonly string[],
): Pick<Problem, 'hint' | 'fix'> {
  const [guess] = nearest(
    name,
    nodes.flatMap(({ members }) => [...members.keys()]),
    1,
  );
  const before = text.slice(0, text.length - name.length).replace(/^input\./, '');
  if (guess !== undefined) {
    return { hint: `did you mean \`${before}${guess}\`?`, fix: { length: name.length, text: guess } };
  }
  const elsewhere = paths.filter((path) => path.split(/[.[\]]+/).at(-1) === name);
  if (elsewhere.length > 0) return { hint: `did you mean ${elsewhere.map((path) => `\`${path}\``).join(' or ')}?` };
  return nodes.some(({ kind }) => kind === 'list') ? { hint: 'say `some one in ..` to speak of what it holds' } : {};
}
