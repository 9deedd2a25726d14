import { CommandError, exitCodes } from './command-error.ts';

/** What the command was asked to do. */
export interface CommandLine {
  /** Path or file name as typed; `undefined` to look for one. */
  readonly module: string | undefined;
  readonly help: boolean;
  readonly version: boolean;
  /** Errors with their stack traces. */
  readonly verbose: boolean;
  /** Replaces the process that serves whenever a file has changed. */
  readonly watch: boolean;
  /** Processes that serve, as typed; `undefined` to leave it to the configuration. */
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
 * Reads the command line. Whatever begins with two dashes and is not known here is for the configuration.
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
  if (modules.length > 1)
    throw usageError(`One module can be served, and ${JSON.stringify(modules[1])} is another one`);
  return { ...given, module: modules[0], threads, settings };
};

/** An option with its value, which stands behind `=` or is the next argument; one without a value is switched on. */
export const takeSetting = (option: string, left: string[]): string[] => {
  const takesNext = !option.includes('=') && left[0] !== undefined && !left[0].startsWith('-');
  return takesNext ? [option, left.shift()!] : [option];
};

/** @param sentence without its full stop */
export const usageError = (sentence: string): CommandError =>
  new CommandError(`${sentence}. See windhover --help.`, exitCodes.usage);
