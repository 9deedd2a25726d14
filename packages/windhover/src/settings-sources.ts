import type { Sections, SettingsSources } from '@windhover/hosting';
import { CommandError, exitCodes } from './command-error.ts';

/**
 * The sources of settings. `--config <file>` selects the file and is not a setting itself.
 *
 * @throws CommandError `--config` without a file
 */
export const settingsSources = (args: readonly string[]): Pick<SettingsSources<Sections>, 'args' | 'file'> => {
  const settings: string[] = [];
  let file: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === '--config') file = fileOf(args[++at]);
    else if (argument.startsWith('--config=')) file = fileOf(argument.slice('--config='.length));
    else settings.push(argument);
  }
  return { args: settings, file };
};

const fileOf = (value: string | undefined): string => {
  if (value !== undefined && value !== '' && !value.startsWith('--')) return value;
  throw new CommandError('--config takes a file. See windhover --help.', exitCodes.usage);
};
