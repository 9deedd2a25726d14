import { parseCommandLine } from './command-line.ts';
import { settingsSources } from './settings-sources.ts';

const help = `Usage: windhover config [module] [options]

Shows the configuration that is in effect in the current directory, one value a
line with its source: a file with line and column, an environment variable, an
argument, or the default. Secrets are masked. It accepts the arguments of the
command windhover. The module is not loaded: top-level keys that only the module
uses are shown as unknown, without their values.
`;

/** Runs `windhover config`. */
export const run = async (args: readonly string[]): Promise<void> => {
  const commandLine = parseCommandLine(args);
  if (commandLine.help) return void process.stdout.write(help);
  const { describeSettings, hostKeys, loadSettings } = await import('@windhover/hosting');
  const settings = await loadSettings({ ...settingsSources(commandLine.settings), always: true, takesOthers: true });
  const lines = await describeSettings(settings, await hostKeys());
  process.stdout.write(`${lines.join('\n')}\n`);
};
