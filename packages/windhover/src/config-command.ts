import { describeSettings, loadSettings } from '@windhover/hosting';
import { parseCommandLine } from './command-line.ts';
import { settingsSources } from './settings-sources.ts';

const help = `Usage: windhover config [options]

Shows the configuration that is in effect in the current directory, one value a
line with its source: a file with line and column, an environment variable, an
argument, or the default. Secrets are masked. It takes the options of windhover.
`;

/** `windhover config`. */
export const run = async (args: readonly string[]): Promise<void> => {
  const commandLine = parseCommandLine(args);
  if (commandLine.help) return void process.stdout.write(help);
  const settings = await loadSettings({ ...settingsSources(commandLine.settings), always: true });
  const lines = await describeSettings(settings);
  process.stdout.write(`${lines.join('\n')}\n`);
};
