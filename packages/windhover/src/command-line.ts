import { parseArgs } from 'node:util';
import { CommandError, exitCodes } from './command-error.ts';

/** What the command was asked to do. */
export interface CommandLine {
  /** Path or file name as typed; `undefined` to look for one. */
  readonly module: string | undefined;
  /** As typed, one list for each `--urls`; empty for the default. */
  readonly urls: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
}

/** What `--help` prints. */
export const helpText = `Usage: windhover [module] [options]

Serves the default export of a module: a request handler, (context) => { … }, or a
host or host builder, which is run. Without a module: app.ts, app.mts, app.js or
app.mjs in the current directory.

Options:
  -u, --urls <list>   addresses to listen on, with ";" between them
                      (default: http://localhost:5000)
  -h, --help          show this
  -v, --version       show the version

Addresses:
  http://localhost:5000          both loopback addresses
  http://127.0.0.1:0             any free port
  http://*:8080                  every interface
  http://unix:/run/app.sock      a unix socket

Example:
  windhover app.ts --urls "http://localhost:8080;http://unix:/tmp/app.sock"
`;

/**
 * Reads the command line.
 *
 * @param args without the program and the script
 * @throws CommandError with exit code 2
 */
export const parseCommandLine = (args: readonly string[]): CommandLine => {
  const { values, positionals } = parsed(args);
  const [module, surplus] = positionals;
  if (surplus !== undefined) throw usageError(`One module can be served, and "${surplus}" is another one`);
  return { module, urls: values.urls ?? [], help: values.help ?? false, version: values.version ?? false };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        urls: { type: 'string', short: 'u', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    // Node's advice on how to pass such a thing as a positional comes in further sentences.
    const [sentence = ''] = (error as Error).message.split(/[.\n]/);
    throw usageError(sentence);
  }
};

const usageError = (sentence: string): CommandError =>
  new CommandError(`${sentence}. See windhover --help.`, exitCodes.usage);
