import { vi } from 'vitest';
import { main } from '../src/command.ts';

/** The end of a command: its exit code, and its output from stdout and stderr. */
export interface CommandOutcome {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs the command `windhover` in this process, for command lines that end without a running host.
 *
 * @param folder its current directory
 * @param args without the program and the script
 * @param env variables added to the environment
 */
export const runCommand = async (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> => {
  let output = '';
  let code = 0;
  const write = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
    output += String(text);
    (rest.at(-1) as (() => void) | undefined)?.();
    return true;
  };
  const exit = (exitCode?: string | number | null): never => {
    code = Number(exitCode ?? 0);
    return undefined as never;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write),
    vi.spyOn(process.stderr, 'write').mockImplementation(write),
    vi.spyOn(process, 'exit').mockImplementation(exit),
  ];
  const [before, listeners] = [process.cwd(), process.stdout.listeners('error')];
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  process.chdir(folder);
  try {
    await main(args);
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
    // A command keeps its settings for the hosts of its process.
    Reflect.deleteProperty(globalThis, Symbol.for('@windhover/command-arguments'));
    for (const spy of spies) spy.mockRestore();
    for (const listener of process.stdout.listeners('error'))
      if (!listeners.includes(listener)) process.stdout.off('error', listener);
  }
  return { code, output };
};

/** The single line that a command printed, without its name; `undefined` for more or fewer lines. */
export const complaintOf = ({ code, output }: { readonly code: number | null; readonly output: string }): object => ({
  code,
  says: /^windhover: ([^\n]+)\n$/.exec(output)?.[1],
});
