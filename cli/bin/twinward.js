#!/usr/bin/env node
// Starts the pinned Node on the command line's entry. Plain JavaScript, because the host's Node may be as old as 20.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
// A server holds each message until it is durable, which is longer than a young generation of the usual size lasts at some
// thousand a second: a quarter of its time went into copying them.
const flags = args[0] === 'serve' ? ['--max-semi-space-size=32'] : [];
const child = spawn(pinnedNode(), [...flags, fileURLToPath(new URL('../main.ts', import.meta.url)), ...args], {
  stdio: 'inherit',
});

process.on('SIGTERM', (signal) => child.kill(signal));
process.on('SIGHUP', (signal) => child.kill(signal));
// On a terminal Ctrl-C reaches the whole group, so passing it on would interrupt twice; either way the child decides.
process.on('SIGINT', (signal) => {
  if (!process.stdin.isTTY) child.kill(signal);
});

child.on('error', (error) => fail(`cannot start the pinned Node: ${error.message}`));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code);
  // Dies as the child died, so that a shell sees 128 + n; the exit is for signals that do not end this process.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
});

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return fail('the pinned Node is not installed');
  }
}

function fail(message) {
  console.error(`twinward: ${message}\nhint: run \`npm install\` in the folder of the repository`);
  process.exit(3);
}
