import { parseArgs } from 'node:util';

/** What the command was asked to do. */
export type DevCertsCommandLine =
  | { readonly action: 'create'; readonly names: readonly string[]; readonly renew: boolean }
  | { readonly action: 'export'; readonly names: readonly string[]; readonly renew: boolean; readonly folder: string }
  | { readonly action: 'check' | 'clean' | 'help' };

/** The command line cannot be understood. */
export class DevCertsUsageError extends Error {
  override readonly name = 'DevCertsUsageError';
}

/** What `--help` prints. */
export const helpText = `Usage: windhover dev-certs [options]

Makes a certificate for https on this machine, and the authority that it comes
from, if there is none or it is about to expire, and tells how to trust it.
Hosts use it for https addresses that have no other certificate.

Options:
      --check          only say what there is; exit code 1 if it is of no use
      --clean          remove certificate, authority and their keys
      --export <dir>   copy certificate, key and authority as PEM files
      --name <host>    one more name below localhost, e.g. shop.localhost
      --renew          make a certificate even if there is a good one
  -h, --help           show this

They are kept in a folder of the user, or in the one that is named by the
environment variable WINDHOVER_DEV_CERTS.
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
    // Node's advice on how to pass such a thing all the same comes in further sentences.
    throw new DevCertsUsageError((error as Error).message.split(/[.\n]/)[0]);
  }
};
