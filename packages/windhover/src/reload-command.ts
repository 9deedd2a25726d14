import { readFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { usageError } from './command-line.ts';

const help = `Usage: windhover reload <pid>

Has a running host read its configuration again, and a host of several processes
replace them one after the other, by sending it SIGHUP. Instead of the process id
it takes a file that has one in it.
`;

/** Runs `windhover reload`. */
export const run = async (args: readonly string[]): Promise<void> => {
  const [target, ...others] = args.filter((argument) => argument !== '--verbose');
  if (target === '--help' || target === '-h') return void process.stdout.write(help);
  if (target === undefined || others.length > 0)
    throw usageError('reload takes one process id, or a file that contains it');
  if (process.platform === 'win32')
    throw new CommandError('Windows has no signal for a reload: change the file, or restart.');
  const pid = processId.test(target) ? Number(target) : pidIn(target);
  try {
    process.kill(pid, 'SIGHUP');
  } catch (cause) {
    throw new CommandError(`Process ${pid} cannot be reloaded: ${reasons[codeOf(cause)] ?? String(cause)}.`, 1, {
      cause,
    });
  }
};

/** Not 0, which stands for all processes of the own group. */
const processId = /^[1-9]\d*$/;

const reasons: Readonly<Record<string, string>> = {
  ESRCH: 'the process does not exist',
  EPERM: 'it belongs to another user',
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

const pidIn = (path: string): number => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new CommandError(`${JSON.stringify(path)} is neither a process id nor a file that can be read.`, 1, {
      cause,
    });
  }
  if (processId.test(text)) return Number(text);
  throw new CommandError(`${path} has no process id in it.`);
};
