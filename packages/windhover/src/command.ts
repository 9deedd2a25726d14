import { CommandError, exitCodes } from './command-error.ts';

/** What stands in the place of a module, and does something else than to serve. */
const commands: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  config: () => import('./config-command.ts'),
  'dev-certs': () => import('./dev-certs-command.ts'),
  reload: () => import('./reload-command.ts'),
};

/**
 * The command `windhover`. A failure is one sentence on stderr, and the process ends with the code of `exitCodes`.
 *
 * @param args without the program and the script
 */
export const main = async (args: readonly string[]): Promise<void> => {
  try {
    const [name = ''] = args;
    if (Object.hasOwn(commands, name)) await runCommand(name, args.slice(1));
    else await (await import('./serve-command.ts')).run(args);
  } catch (error) {
    const { text, exitCode } = described(error, isVerbose(args));
    // The module may have started something that would keep the process alive.
    process.stderr.write(`windhover: ${text}\n`, () => process.exit(exitCode));
  }
};

const runCommand = async (name: string, args: readonly string[]): Promise<void> => {
  // Whoever has read enough, such as `head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  await (await commands[name]!()).run(args);
};

const isVerbose = (args: readonly string[]): boolean =>
  args.includes('--verbose') || (process.env['WINDHOVER_VERBOSE'] ?? '0') !== '0';

/** Errors of Windhover have a code and say what to do; of any other the message has to be enough, unless asked for more. */
const described = (error: unknown, verbose: boolean): { text: string; exitCode: number } => {
  const exitCode = error instanceof CommandError ? error.exitCode : exitCodes.failed;
  if (!(error instanceof Error)) return { text: String(error), exitCode };
  if (verbose) return { text: stackOf(error), exitCode };
  return { text: `${error.message}${codeOf(error)}`, exitCode };
};

/** In parentheses, unless the message has it already. */
const codeOf = (error: Error): string => {
  if (!('code' in error) || error instanceof CommandError) return '';
  const code = ` (${String(error.code)})`;
  return error.message.includes(code) ? '' : code;
};

const stackOf = (error: Error, depth = 0): string => {
  const stack = error.stack ?? String(error);
  const { cause } = error;
  return cause instanceof Error && depth < 5 ? `${stack}\ncaused by: ${stackOf(cause, depth + 1)}` : stack;
};
