import { devCertsPackage } from './lazy-packages.ts';

/** Runs `windhover dev-certs`. */
export const run = async (args: readonly string[]): Promise<void> => {
  process.exitCode = await devCertsPackage().devCertsCommand(args, {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  });
};
