import { describe, expect, it } from 'vitest';
import { codesOf } from './error-codes.ts';
import { filesBelow, readText, workspacePackages } from './workspace-packages.ts';

/**
 * Prefixes that differ from the name of their package. Codes are about one address, feature or connection, so these
 * are singular. Codes of HTTP itself have the name of the protocol in every package.
 */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  addresses: ['ADDRESS_'],
  connections: ['CONNECTION_', 'TRANSPORT_'],
  features: ['FEATURE_'],
  'http1-codec': ['HTTP1_'],
  'transport-sockets': ['TRANSPORT_'],
  websockets: ['WEBSOCKET_'],
  // `WINDHOVER_` is the prefix of environment variables.
  windhover: ['APPLICATION_'],
};

/** Codes of Node.js, for programs that expect its errors. */
const ofNode = /^(?:ERR_|HPE_|E[A-Z]+$)/;

const prefixesOf = (folder: string): readonly string[] =>
  prefixes[folder] ?? [
    `${folder
      .replace(/^middleware-/, '')
      .replaceAll('-', '_')
      .toUpperCase()}_`,
  ];

const codesIn = (folder: string) =>
  filesBelow(`packages/${folder}/src`)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => codesOf(file, readText(file)));

const packages = workspacePackages.map(({ folder }) => ({ folder, codes: codesIn(folder) }));

describe('the codes of a source file', () => {
  it.each([
    ['keys of a table', `export const aErrors = { A_ONE: '…', A_TWO: { status: 400 } } as const;`, ['A_ONE', 'A_TWO']],
    ['keys of a table that satisfies a type', `const aRefusals = { A_ONE: 1 } as const satisfies T;`, ['A_ONE']],
    ['the code of a class', `class E { readonly code = 'A_ONE'; }`, ['A_ONE']],
    ['the code of a process warning', `process.emitWarning(text, { code: 'A_ONE' });`, ['A_ONE']],
    ['the code of a bad request', `throw new BadHttpRequestError('A_ONE', 400, text);`, ['A_ONE']],
    ['no other constants', `const levels = { A_ONE: 1 }; const error = { code: text };`, []],
  ])('are %s', (_subject, text, codes) => expect(codesOf('a.ts', text).map(({ code }) => code)).toEqual(codes));
});

describe('error codes', () => {
  it.each(packages)('of $folder begin with the name of the package', ({ folder, codes }) => {
    const permitted = prefixesOf(folder);
    const wrong = codes.filter(
      ({ code }) => !ofNode.test(code) && !permitted.some((prefix) => code.startsWith(prefix)),
    );
    expect(wrong).toEqual([]);
  });

  it('are found in the sources', () => expect(packages.flatMap(({ codes }) => codes).length).toBeGreaterThan(200));
});
