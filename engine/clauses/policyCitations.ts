import { parse } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import type { Citation } from './Citation.ts';

type Block = { readonly line: number; readonly yaml: string; readonly code: string };

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

function metadataBlocks(source: string): readonly Block[] {
  const lines = source.split(/\r?\n/);
  return lines.flatMap((text, start): Block[] => {
    if (!/^# METADATA\s*$/.test(text)) return [];
    let end = start + 1;
    while (lines[end]?.startsWith('#')) end++;
    const yaml = lines.slice(start + 1, end).map((line) => line.replace(/^# ?/, ''));
    const stop = lines.findIndex((line, index) => index > end && (line.trim() === '' || line.startsWith('#')));
    return [{ line: start + 1, yaml: yaml.join('\n'), code: lines.slice(end, stop < 0 ? undefined : stop).join('\n') }];
  });
}

function clausesOf(file: string, { line, yaml }: Block): readonly string[] {
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
