import { Command, CommanderError } from 'commander';
import { CodedError } from '../twin/CodedError.ts';
import { reportError } from './reportError.ts';
import { VERBS } from './verbs.ts';
import { readVersion } from './version.ts';

/**
 * Runs one command line and returns its exit code. Output goes to the standard streams; expected failures are told there
 * and never thrown.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const json = /(?:^| )--(?:json|format[ =](?:json|sarif))(?: |$)/.test(argv.join(' '));
  let exitCode = 0;
  try {
    const program = await createProgram(argv, (code) => {
      exitCode = code;
    });
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, { json });
    if (error.exitCode === 0) return 0;
    return error.code === 'commander.help' ? 2 : reportError(usageError(error, argv), { json });
  }
}

/** All verbs by name and summary, and the one that is called in full. */
async function createProgram(argv: readonly string[], done: (exitCode: number) => void): Promise<Command> {
  const program = new Command('twinward')
    .description('Author a policy once: the twin of every home, community and city enforces and explains it.')
    .usage('<verb> [options]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .commandsGroup('Verbs:')
    .helpCommand('help [verb]', 'print the help of a verb')
    .addHelpText('after', HELP_END)
    // Errors are reported by one function, in one form, after parsing has ended.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const called = argv.find((word) => !word.startsWith('-') && word !== 'help');
  for (const { name, summary, load } of VERBS) {
    const command = program
      .command(name)
      .summary(summary)
      .description(sentence(summary))
      .helpOption('-h, --help', 'print help');
    if (name !== called) continue;
    const { verb } = await load();
    verb.configure(command);
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((example) => `  ${example}`).join('\n')}`);
    command.action(async () => done(await verb.run(command)));
  }
  return program;
}

const HELP_END = `
Examples:
  twinward clauses                 how far each clause of the standards has come
  twinward <verb> --help           what a verb takes, with examples

Exit codes:
  0  fine
  1  a check failed
  2  wrong usage
  3  cannot reach or read something
  70 a bug in Twinward; please report it

Environment:
  TWINWARD_DATA       the data folder (default: \`var\` in the repository)
  TWINWARD_HTTP_PORT  the port of the HTTP doors (default: 4000)
  TWINWARD_MQTT_PORT  the port of the MQTT door (default: 1883)`;

/** Commander's complaint in our form: no prefix, user input in backticks, the suggestion or the choices as a hint. */
function usageError(error: CommanderError, argv: readonly string[]): CodedError {
  const text = error.message.replace(/^error: /, '').replaceAll(/'([^']*)'/g, '`$1`');
  const guesses = /\s\(Did you mean (?:one of )?(.*)\?\)/.exec(text);
  const choices = /\. (Allowed choices are .*)\./.exec(text);
  const message = text.slice(0, (guesses ?? choices)?.index).replace(/\.$/, '');
  return new CodedError('command:usage', message, { hint: hintOf(guesses?.[1], choices?.[1], argv) });
}

function hintOf(guesses: string | undefined, choices: string | undefined, argv: readonly string[]): string {
  if (guesses !== undefined) return `did you mean ${guesses.replaceAll(/[^\s,]+/g, '`$&`').replaceAll(', ', ' or ')}?`;
  if (choices !== undefined) return choices.replace('Allowed', 'allowed');
  const verb = VERBS.find(({ name }) => argv.includes(name));
  return `see \`twinward ${verb ? `${verb.name} ` : ''}--help\``;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
