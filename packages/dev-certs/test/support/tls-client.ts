import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect } from 'node:tls';

/**
 * Connects Node.js to a server on the loopback with an expected name and a trusted authority.
 *
 * @returns `trusted`, or the code of the error
 */
export const verdictOfNode = (port: number, name: string, authorityPath: string): Promise<string> =>
  new Promise((resolve) => {
    const isAddress = isIP(name) !== 0;
    const host = isAddress ? name : '127.0.0.1';
    const ca = readFileSync(authorityPath);
    const socket = connect({ port, host, ca, ...(!isAddress && { servername: name }) }, () => resolve('trusted'));
    socket.on('secureConnect', () => socket.destroy());
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(codeOf(error)));
  });

/** Some verdicts of OpenSSL have no code in Node.js. */
const codeOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code === undefined || code === 'UNSPECIFIED' ? message : code;
