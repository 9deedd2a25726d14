import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Output of a program, with any exit status. Its standard input is empty. */
export const output = async (program: string, args: readonly string[], input = ''): Promise<string> => {
  const child = promisify(execFile)(program, args, { maxBuffer: 8 * 1024 * 1024 });
  // A program that reads nothing may have ended.
  child.child.stdin?.on('error', () => {}).end(input);
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  return `${stdout}${stderr}`;
};
