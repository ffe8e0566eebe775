import type { Command } from 'commander';

/** Fine, a check failed, wrong usage, cannot reach or read something, interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/**
 * One verb of the command line: what `cli/verbs/<verb>.ts` exports as `verb`. It is imported only when called, so it may
 * import what it needs.
 */
export type Verb = {
  /** Whole command lines that work, shown by `--help`. */
  readonly examples: readonly [string, ...string[]];
  /** Declares arguments and options; `--json` wherever data is printed. */
  readonly configure: (command: Command) => void;
  /** Does it, with `command.args` and `command.opts()`. Expected failures are thrown as `CodedError`. */
  readonly run: (command: Command) => ExitCode | Promise<ExitCode>;
};

/** What the table of verbs knows before a verb is called. */
export type VerbEntry = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
};
