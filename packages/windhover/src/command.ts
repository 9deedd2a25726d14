import { CommandError, exitCodes } from './command-error.ts';

/** Commands by name. The name is the first argument, in place of a module. */
const commands: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  config: () => import('./config-command.ts'),
  'dev-certs': () => import('./dev-certs-command.ts'),
  init: () => import('./init-command.ts'),
  reload: () => import('./reload-command.ts'),
  static: () => import('./static-command.ts'),
  top: () => import('./top/top-command.ts'),
};

/**
 * Runs the command `windhover`. A failure is printed as one sentence on stderr, and the process exits with a code of
 * `exitCodes`.
 *
 * @param args without the program and the script
 */
export const main = async (args: readonly string[]): Promise<void> => {
  try {
    const [name = ''] = args;
    if (Object.hasOwn(commands, name)) await runCommand(name, args.slice(1));
    else await (await import('./serve-command.ts')).run(args);
  } catch (error) {
    const exitCode = error instanceof CommandError ? error.exitCode : exitCodes.failed;
    const text = exitCode === exitCodes.usage ? (error as Error).message : await failureOf(error, args);
    // Work that the module has started could keep the process alive.
    process.stderr.write(`windhover: ${text}\n`, () => process.exit(exitCode));
  }
};

/** Loads the host on demand: most commands, and usage errors, do not need it. */
const failureOf = async (error: unknown, args: readonly string[]): Promise<string> => {
  const { asksForStacks, failureText } = await import('@windhover/hosting');
  return failureText(error, asksForStacks(args));
};

const runCommand = async (name: string, args: readonly string[]): Promise<void> => {
  // A reader such as `head` that closes the pipe early is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  await (await commands[name]!()).run(args);
};
