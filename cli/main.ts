import module from 'node:module';

// Before everything else: stripping types and compiling is half of the time that a short command takes.
module.enableCompileCache();

// Whoever reads our output may stop early (`twinward clauses | head`), which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { runCommandLine } = await import('./runCommandLine.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
