import { parseArgs } from 'node:util';

/** The command line of `windhover dev-certs`. */
export type DevCertsCommandLine =
  | { readonly action: 'create'; readonly names: readonly string[]; readonly renew: boolean }
  | { readonly action: 'export'; readonly names: readonly string[]; readonly renew: boolean; readonly folder: string }
  | { readonly action: 'check' | 'clean' | 'help' };

/** The command line is not valid. */
export class DevCertsUsageError extends Error {
  override readonly name = 'DevCertsUsageError';
}

/** Output of `--help`. */
export const helpText = `Usage: windhover dev-certs [options]

Makes a certificate for https on this machine and the authority that issues it,
renews them before they expire, and prints how to trust the authority. Hosts use
the certificate for https addresses that have no other.

Options:
      --check          only check it; exit code 1 if it cannot be used
      --clean          remove certificate, authority and their keys
      --export <dir>   copy certificate, key and authority as PEM files
      --name <host>    one more name below localhost, e.g. shop.localhost
      --renew          make a certificate even if the present one is good
  -h, --help           show this

The files are in a folder of the user, or in the folder that the environment
variable WINDHOVER_DEV_CERTS names.
`;

/**
 * Reads the command line.
 *
 * @param args without the program, the script and the name of the command
 * @throws DevCertsUsageError
 */
export const parseCommandLine = (args: readonly string[]): DevCertsCommandLine => {
  const { help, check, clean, export: folder, name: names = [], renew = false } = parsed(args);
  if (help) return { action: 'help' };
  if (check && clean) throw new DevCertsUsageError('--check and --clean exclude each other');
  const alone = check ? '--check' : clean ? '--clean' : undefined;
  if (alone !== undefined) {
    if (folder !== undefined || names.length > 0 || renew)
      throw new DevCertsUsageError(`${alone} takes no other option`);
    return { action: check ? 'check' : 'clean' };
  }
  if (folder === '') throw new DevCertsUsageError('--export needs a folder');
  return folder === undefined ? { action: 'create', names, renew } : { action: 'export', names, renew, folder };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        check: { type: 'boolean' },
        clean: { type: 'boolean' },
        export: { type: 'string' },
        name: { type: 'string', multiple: true },
        renew: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // The first sentence of Node is enough; the others say how to pass an argument that begins with a hyphen.
    throw new DevCertsUsageError((error as Error).message.split(/[.\n]/)[0]);
  }
};
