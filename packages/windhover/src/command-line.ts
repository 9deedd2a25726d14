import { CommandError, exitCodes } from './command-error.ts';

/** The parsed command line. */
export interface CommandLine {
  /** Path or file name as typed; `undefined` to use a default file name. */
  readonly module: string | undefined;
  readonly help: boolean;
  readonly version: boolean;
  /** Whether errors are printed with stack traces. */
  readonly verbose: boolean;
  /** Whether the serving process is replaced when a file changes. */
  readonly watch: boolean;
  /** Number of serving processes, as typed; `undefined` to use the configuration. */
  readonly threads: string | undefined;
  /** `--key value` pairs for the configuration of the host. */
  readonly settings: readonly string[];
}

const flags = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
  '--verbose': 'verbose',
  '--watch': 'watch',
} as const;

/**
 * Parses the command line. Unknown options with two dashes are settings.
 *
 * @param args without the program and the script
 * @throws CommandError with exit code 2
 */
export const parseCommandLine = (args: readonly string[]): CommandLine => {
  const given = { help: false, version: false, verbose: false, watch: false };
  const modules: string[] = [];
  const settings: string[] = [];
  let threads: string | undefined;
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (argument === '--') {
      modules.push(...left.splice(0));
    } else if (Object.hasOwn(flags, argument)) {
      given[flags[argument as keyof typeof flags]] = true;
    } else if (argument.startsWith('--') || argument === '-u') {
      const setting = takeSetting(argument === '-u' ? '--urls' : argument, left);
      settings.push(...setting);
      threads = /^--threads=(.*)$/s.exec(setting.join('='))?.[1] ?? threads;
    } else if (argument.startsWith('-') && argument !== '-') {
      throw usageError(`Unknown option ${JSON.stringify(argument)}`);
    } else {
      modules.push(argument);
    }
  }
  if (modules.length > 1) throw usageError(`Only one module can be served; remove ${JSON.stringify(modules[1])}`);
  return { ...given, module: modules[0], threads, settings };
};

/** An option with its value, which follows `=` or is the next argument. An option without a value means true. */
export const takeSetting = (option: string, left: string[]): string[] => {
  const takesNext = !option.includes('=') && left[0] !== undefined && !left[0].startsWith('-');
  return takesNext ? [option, left.shift()!] : [option];
};

/** @param sentence without the full stop */
export const usageError = (sentence: string): CommandError =>
  new CommandError(`${sentence}. See windhover --help.`, exitCodes.usage);
