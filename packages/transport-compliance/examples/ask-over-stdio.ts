import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Starts a program, sends it one HTTP request through its stdin, and returns the output of its stdout. */
export const askOverStdio = async (program: string, args: readonly string[], path: string): Promise<string> => {
  const { stdin, stdout } = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  stdin.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return text(stdout);
};
