import type { ConfigurationProblem } from './errors.ts';
import type { ConfigurationLayer, LayerContent, TextAssignment } from './layer.ts';
import { shownArgument } from './secrets.ts';
import { quoted } from './quoted.ts';

/**
 * A layer of command line arguments: `--key value`, `--key=value`, and `--key` alone for true. `.` or `:` separates the
 * parts of a key; if the key has a colon, its dots belong to names. Case and dashes in a key do not matter:
 * `--shutdown-timeout 10s`. A value that begins with `--` must follow `=`.
 *
 * @param args without the program and its module
 * Source: ASP.NET Core `AddCommandLine`
 */
export const commandLine = (args: readonly string[]): ConfigurationLayer => ({
  read: () => Promise.resolve(args.length === 0 ? undefined : readArguments(args)),
});

const readArguments = (args: readonly string[]): LayerContent => {
  const assignments: TextAssignment[] = [];
  const problems: ConfigurationProblem[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) {
      problems.push(notAnOption(argument));
      continue;
    }
    const next = args[at + 1];
    const takesNext = value === undefined && next !== undefined && !next.startsWith('--');
    if (takesNext) at++;
    assignments.push({
      path: name.split(name.includes(':') ? ':' : '.'),
      text: takesNext ? next : value,
      source: { kind: 'argument', argument: `--${name}` },
    });
  }
  return { assignments, problems };
};

const notAnOption = (argument: string): ConfigurationProblem => ({
  code: 'CONFIGURATION_ARGUMENT_INVALID',
  key: '',
  source: { kind: 'argument', argument: shownArgument(argument) },
  message: `${quoted(shownArgument(argument))} is not an option; write --key value or --key=value`,
  found: quoted(shownArgument(argument)),
  allowed: '--key value or --key=value',
});
