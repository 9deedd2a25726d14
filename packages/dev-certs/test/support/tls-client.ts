import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect } from 'node:tls';

/**
 * What Node.js says to a server on the loopback when it expects a name of it and trusts the authority.
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

/** Node.js has no code of its own for some verdicts of OpenSSL. */
const codeOf = ({ code, message }: NodeJS.ErrnoException): string =>
  code === undefined || code === 'UNSPECIFIED' ? message : code;
