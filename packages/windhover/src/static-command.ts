import { statSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { takeSetting, usageError } from './command-line.ts';

/** The parsed arguments of `windhover static`. */
export interface StaticCommandLine {
  /** The folder as typed; the current one by default. */
  readonly folder: string;
  readonly help: boolean;
  readonly listing: boolean;
  /** File that is served for paths without a file; `undefined` for none. */
  readonly fallback: string | undefined;
  /** Prefix of paths whose files never change; `undefined` for none. */
  readonly immutable: string | undefined;
  /** `--key value` pairs for the configuration of the host. */
  readonly settings: readonly string[];
}

/**
 * Parses the arguments of `windhover static`. Unknown options are settings.
 *
 * @throws CommandError with exit code 2
 */
export const parseStaticCommandLine = (args: readonly string[]): StaticCommandLine => {
  const given = { help: false, listing: true };
  const values: Record<'fallback' | 'immutable', string | undefined> = { fallback: undefined, immutable: undefined };
  const folders: string[] = [];
  const settings: string[] = [];
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    const [option = ''] = argument.split('=', 1);
    if (argument === '--help' || argument === '-h') given.help = true;
    else if (argument === '--verbose') continue;
    else if (argument === '--no-listing') given.listing = false;
    else if (option === '--fallback') values.fallback = valueOf(argument, left, 'a file of the folder');
    else if (option === '--immutable') values.immutable = valueOf(argument, left, 'a path such as /assets/');
    else if (argument.startsWith('--') || argument === '-u') {
      settings.push(...takeSetting(argument === '-u' ? '--urls' : argument, left));
    } else if (argument.startsWith('-')) throw usageError(`Unknown option ${JSON.stringify(argument)}`);
    else folders.push(argument);
  }
  if (folders.length > 1) {
    throw usageError(`Only one folder can be served; remove ${JSON.stringify(folders[1])}`);
  }
  return { ...given, ...values, folder: folders[0] ?? '.', settings };
};

/** @param allowed what the option takes, for the message */
const valueOf = (argument: string, left: string[], allowed: string): string => {
  const [option, ...value] = takeSetting(argument, left).join('=').split('=');
  const text = value.join('=');
  if (text === '') throw usageError(`${option} takes ${allowed}`);
  return text;
};

/** Runs `windhover static`: serves the files of a folder until a signal ends the process. */
export const run = async (args: readonly string[]): Promise<void> => {
  const commandLine = parseStaticCommandLine(args);
  if (commandLine.help) return void process.stdout.write(staticHelpText);
  const { folder, settings } = commandLine;
  if (!isFolder(folder)) throw new CommandError(`There is no folder ${JSON.stringify(folder)} to serve.`);
  const { isSupervisedWorker } = await import('@windhover/hosting');
  const { createBuilder } = await import('./create-builder.ts');
  const { useStaticSite } = await import('./static-site.ts');
  const builder = await createBuilder(settings);
  const host = builder.configure((app) => useStaticSite(app, commandLine)).build();
  // Only the process that the user started writes to the terminal, not its workers.
  if (process.stdout.isTTY && !isSupervisedWorker()) (await import('./start-banner.ts')).showStartBanner(host);
  await host.run();
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Text of `windhover static --help`. */
export const staticHelpText = `Usage: windhover static [folder] [options]

Serves the files of a folder, by default the current one: with ranges, conditional
requests and compression. Clients keep files and ask whether they have changed. Files
whose names begin with a dot, and links that lead out of the folder, are not served.

Options:
  -u, --urls <list>      addresses to listen on, with ";" between them
                         (default: http://localhost:5000)
      --fallback <file>  answers requests for pages that are no file, e.g. index.html
                         of an application with its routes in the browser
      --immutable <path> files below this path never change, e.g. /assets/
      --no-listing       no lists of folders without index.html
      --<key> <value>    any key of the configuration, as of windhover --help
  -h, --help             show this

Example:
  windhover static dist --fallback index.html --immutable /assets/
`;
