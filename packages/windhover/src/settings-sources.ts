import type { Sections, SettingsSources } from '@windhover/hosting';
import { CommandError, exitCodes } from './command-error.ts';

/** Variables of the command itself that have the prefix of settings. */
const ownVariables = ['WINDHOVER_VERBOSE'];

/**
 * The sources of settings. `--config <file>` selects the file and is not a setting itself.
 *
 * @throws CommandError `--config` without a file
 */
export const settingsSources = (
  args: readonly string[],
): Pick<SettingsSources<Sections>, 'args' | 'environment' | 'file'> => {
  const settings: string[] = [];
  let file: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === '--config') file = fileOf(args[++at]);
    else if (argument.startsWith('--config=')) file = fileOf(argument.slice('--config='.length));
    else settings.push(argument);
  }
  const environment = { ...process.env };
  for (const name of ownVariables) delete environment[name];
  return { args: settings, environment, file };
};

const fileOf = (value: string | undefined): string => {
  if (value !== undefined && value !== '') return value;
  throw new CommandError('--config takes a file. See windhover --help.', exitCodes.usage);
};
