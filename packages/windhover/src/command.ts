import { readFileSync } from 'node:fs';
import { CommandError, exitCodes } from './command-error.ts';
import { helpText, parseCommandLine } from './command-line.ts';
import { hostOfModule } from './host-of-module.ts';
import { findModule, loadDefaultExport } from './load-module.ts';

/**
 * The command `windhover`: serves a module until a signal ends it. A failure is one sentence on stderr, and the
 * process ends with the code of `exitCodes`.
 *
 * @param args without the program and the script
 */
export const main = async (args: readonly string[]): Promise<void> => {
  try {
    await execute(args);
  } catch (error) {
    const { message, exitCode } = described(error);
    // The module may have started something that would keep the process alive.
    process.stderr.write(`windhover: ${message}\n`, () => process.exit(exitCode));
  }
};

const execute = async (args: readonly string[]): Promise<void> => {
  const { module, urls, help, version } = parseCommandLine(args);
  if (help) return void process.stdout.write(helpText);
  if (version) return void process.stdout.write(`${packageVersion()}\n`);
  const path = findModule(module, process.cwd());
  const name = module ?? path;
  await hostOfModule(await loadDefaultExport(path, name), name, urls).run();
};

const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** Errors of Windhover have a code and say what to do; of any other the message has to be enough. */
const described = (error: unknown): { message: string; exitCode: number } => {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return { message: `${error instanceof Error ? error.message : String(error)}${code}`, exitCode: exitCodes.failed };
};
