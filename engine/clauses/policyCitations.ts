import { parse } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import { type MetadataBlock, metadataBlocks } from '../rego/metadataBlocks.ts';
import type { Citation } from './Citation.ts';

/**
 * The clauses that a Rego file cites in the METADATA of its package and rules.
 *
 * It reads the comments only, so that asking for the state of the clauses does not have to compile policies.
 * `policy:metadata.invalid` when a METADATA comment is no YAML.
 */
export function policyCitations(file: string, source: string): readonly Citation[] {
  const pkg = /^package\s+([\w.]+)/m.exec(source)?.[1] ?? '';
  return metadataBlocks(source).flatMap((block) =>
    clausesOf(file, block).map((clause) => ({
      clause,
      by: `policy:${[pkg, ruleName(block.code)].filter(Boolean).join('/')}`,
      place: { file, line: block.line },
    })),
  );
}

function clausesOf(file: string, { line, yaml }: MetadataBlock): readonly string[] {
  try {
    const custom = (parse(yaml) as { custom?: { clauses?: unknown } } | null)?.custom;
    return Array.isArray(custom?.clauses) ? custom.clauses.map(String) : [];
  } catch (cause) {
    throw new CodedError('policy:metadata.invalid', 'the METADATA comment is not valid YAML', {
      place: { file, line },
      cause,
    });
  }
}

/** The name that decisions give as the reason, or else the head of the rule; nothing for a package. */
function ruleName(code: string): string {
  if (code.startsWith('package ')) return '';
  return /"rule":\s*"([^"]+)"/.exec(code)?.[1] ?? /^(?:default\s+)?([\w.]+)/.exec(code)?.[1] ?? '';
}
