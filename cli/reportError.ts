import { CodedError, type ErrorCode, type Place } from '../twin/CodedError.ts';
import { harmless } from './output.ts';
import type { ExitCode } from './Verb.ts';

/** The exit code of a bug, apart from those of expected failures. */
const BUG = 70;

/**
 * Tells an error on standard error and returns the exit code that goes with it. Expected failures say what is wrong,
 * where, and what to do next; only a bug shows its stack. With `json` they are one JSON object.
 */
export function reportError(error: unknown, { json }: { readonly json: boolean }): number {
  if (!(error instanceof CodedError)) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      json ? `${JSON.stringify({ error: { code: 'bug', message: told } })}\n` : `twinward: this is a bug\n${told}\n`,
    );
    return BUG;
  }
  process.stderr.write(json ? `${JSON.stringify({ error: plain(error) })}\n` : harmless(readable(error)));
  return exitCodeOf(error.code);
}

/** Wrong usage is 2, as is an id from the register that does not exist; a document of ours that is wrong is 1, as is a bundle or roll-out that is refused, and what cannot be reached, read or found is 3. */
function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'command:usage' || code === 'engine:clause.not_found' || /^config:(variable|decision_log)/.test(code))
    return 2;
  if (code.startsWith('policy:bundle.') || code.startsWith('policy:rollout.')) return 1;
  if (code.startsWith('rule:') && code !== 'rule:file.unreadable') return 1;
  return /^(?:(?:policy|engine):.*\.invalid|scenario:(?!document\.not_found).*)$/.test(code) ? 1 : 3;
}

function plain({ code, message, place, hint }: CodedError): object {
  return { code, message, ...(place && { place }), ...(hint !== undefined && { hint }) };
}

function readable({ message, place, hint }: CodedError): string {
  const lines = [`twinward: ${message}`];
  if (place) lines.push(`  at ${formatPlace(place)}`);
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return `${lines.join('\n')}\n`;
}

/** A place as editors understand it: `file:line:column`, then the path inside the document. */
export function formatPlace({ file, line, column, path }: Place): string {
  const position = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  return [position, path].filter(Boolean).join(' ');
}
