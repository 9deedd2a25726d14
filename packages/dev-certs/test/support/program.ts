import { Child } from '../../../../tools/test-support/child.ts';
import { findProgram } from '../../../../tools/test-support/programs.ts';

/** Runs a program to its end. */
export const runProgram = async (
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string }> => {
  await using child = new Child(args, { program: findProgram(name) ?? name, env });
  const code = await child.exited;
  return { code, output: child.output };
};
