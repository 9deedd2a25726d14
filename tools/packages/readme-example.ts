import { join } from 'node:path';
import { readText } from '../graph/workspace-packages.ts';

/** The beginning of a README: the packages to install, and the first example. */
export interface ReadmeExample {
  /** Names after `npm install` in the first shell block. */
  readonly packages: readonly string[];
  /** Commands before the example that make the certificate that it reads. */
  readonly preparation: string;
  /** The text of the first TypeScript block, or of the first JavaScript block where there is none. */
  readonly code: string;
  readonly language: 'ts' | 'mjs';
  /** Lines that the example prints: the comments at the start of a line. */
  readonly output: readonly string[];
}

/** Reads the install command and the first example from the README of a package. */
export const readmeExample = (folder: string): ReadmeExample => {
  const text = readText(join('packages', folder, 'README.md'));
  const install = /^npm install (?:--save-dev )?(.+)$/m.exec(text);
  const block = /^```(ts)\n([^]*?)^```/m.exec(text) ?? /^```(js)\n([^]*?)^```/m.exec(text);
  if (install === null || block === null) throw new Error(`the README of ${folder} has no install command or example`);
  const openssl = /^```sh\n(openssl [^]*?)^```/m.exec(text.slice(0, block.index));
  return {
    packages: install[1]!.split(' '),
    preparation: openssl?.[1] ?? '',
    code: block[2]!,
    language: block[1] === 'ts' ? 'ts' : 'mjs',
    output: [...block[2]!.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line!),
  };
};
