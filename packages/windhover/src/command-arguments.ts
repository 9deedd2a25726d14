/** Where the command keeps them: also found by a second copy of this package, which a served module may have. */
const key: unique symbol = Symbol.for('@windhover/command-arguments') as never;

const kept = globalThis as { [key]?: readonly string[] };

/** Says that this process is the command's, and what is left of its arguments for the settings of the host. */
export const keepCommandArguments = (args: readonly string[]): void => void (kept[key] = args);

/**
 * The arguments for the settings of a host. A module that the command serves may hand over those of the process, among
 * which its own name and options of the command are, or none: both stand for what the command has left.
 */
export const settingsArguments = (given: readonly string[] | undefined): readonly string[] => {
  const fromCommand = kept[key];
  if (fromCommand === undefined) return given ?? [];
  return given === undefined || isOfProcess(given) ? fromCommand : given;
};

const isOfProcess = (args: readonly string[]): boolean => {
  const all = process.argv.slice(2);
  return args.length === all.length && args.every((argument, at) => argument === all[at]);
};
