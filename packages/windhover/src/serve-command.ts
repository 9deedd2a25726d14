import { isSupervisedWorker } from '@windhover/hosting';
import { keepCommandArguments } from './command-arguments.ts';
import { type CommandLine, parseCommandLine, usageError } from './command-line.ts';
import { hostOfModule } from './host-of-module.ts';
import { findModule, loadApplication } from './load-module.ts';

/** Serves a module until a signal ends the process. */
export const run = async (args: readonly string[]): Promise<void> => {
  const commandLine = parseCommandLine(args);
  const { help, version, module, settings } = commandLine;
  if (help) return void process.stdout.write((await import('./help-text.ts')).helpText);
  if (version) return void process.stdout.write(`${await packageVersion()}\n`);
  const path = findModule(module, process.cwd());
  if (startsWorkers(commandLine) && !isSupervisedWorker()) {
    await (await import('./supervise.ts')).supervise(threadCountOf(commandLine), commandLine, path);
    return;
  }
  keepCommandArguments(settings);
  const name = module ?? path;
  const loaded = await loadApplication(path, name);
  if (loaded === undefined) return;
  const host = await hostOfModule(loaded, name, settings);
  // Only the process that the user started writes to the terminal, not its workers.
  if (process.stdout.isTTY && !isSupervisedWorker()) (await import('./start-banner.ts')).showStartBanner(host);
  host.lifetime.started.addEventListener('abort', keepCompiledCode);
  await host.run();
};

/**
 * Writes the compile cache that `cli.ts` has enabled. Node.js writes it when the process exits, and so not when the process
 * is killed.
 */
const keepCompiledCode = (): void => void setImmediate(process.getBuiltinModule('node:module').flushCompileCache);

const startsWorkers = (commandLine: CommandLine): boolean => commandLine.watch || threadCountOf(commandLine) > 1;

/** @throws CommandError */
const threadCountOf = ({ threads }: CommandLine): number => {
  if (threads === undefined) return 1;
  if (threads === 'auto') return process.getBuiltinModule('node:os').availableParallelism();
  const count = Number(threads);
  if (Number.isInteger(count) && count >= 1 && count <= 1024) return count;
  throw usageError(`--threads takes an integer from 1 to 1024, or "auto"; received ${JSON.stringify(threads)}`);
};

const packageVersion = async (): Promise<string> => {
  const { readFile } = await import('node:fs/promises');
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};
