import { dirname } from 'node:path';
import { type Endpoint, TransportError, type TransportErrorCode, formatEndpoint } from '@windhover/connections';
import { isClusterWorker } from './inherited-descriptor.ts';
import { fs } from './node-builtins.ts';

interface Explanation {
  readonly code: TransportErrorCode;
  /** Advice for the user. */
  readonly detail: string;
}

const portInUse = 'Stop the program that listens there, choose another port, or use port 0 for any free one';
const pathInUse = 'Stop the program that listens there, or choose another path';
const portDenied =
  'Choose a port of 1024 or above, or give the process the right to bind low ports (CAP_NET_BIND_SERVICE)';
const pathDenied = 'Check that this user may write to the directory of the socket';

const explanations: Readonly<Record<string, (isPath: boolean) => Explanation>> = {
  EADDRINUSE: (isPath) => ({ code: 'TRANSPORT_ADDRESS_IN_USE', detail: isPath ? pathInUse : portInUse }),
  EADDRNOTAVAIL: () => ({
    code: 'TRANSPORT_ADDRESS_NOT_AVAILABLE',
    detail: 'Use an address of one of its network interfaces, or a wildcard such as 0.0.0.0',
  }),
  // After the earlier checks, only an IPv6 address with a zone, or one that needs a zone, fails like this.
  EINVAL: () => ({
    code: 'TRANSPORT_ADDRESS_NOT_AVAILABLE',
    detail: 'A link-local address needs the name of its network interface as its zone, e.g. fe80::1%eth0',
  }),
  EAFNOSUPPORT: () => ({
    code: 'TRANSPORT_FAMILY_NOT_SUPPORTED',
    detail: 'Use an address of the other family; IPv6 may be switched off here',
  }),
  ENOTSUP: () => ({
    code: 'TRANSPORT_OPTION_NOT_SUPPORTED',
    detail: 'This system has no SO_REUSEPORT that distributes connections: leave reusePort off',
  }),
  EACCES: (isPath) => ({ code: 'TRANSPORT_PERMISSION_DENIED', detail: isPath ? pathDenied : portDenied }),
  EPERM: (isPath) => ({ code: 'TRANSPORT_PERMISSION_DENIED', detail: isPath ? pathDenied : portDenied }),
  ENOTSOCK: () => ({
    code: 'TRANSPORT_PATH_NOT_A_SOCKET',
    detail: 'Choose another path, or remove what is there; only a socket without a listener is replaced',
  }),
  ENAMETOOLONG: () => ({ code: 'TRANSPORT_PATH_TOO_LONG', detail: 'Choose a shorter path' }),
  ENOENT: () => ({ code: 'TRANSPORT_PATH_NOT_FOUND', detail: 'Create the directory first, or choose another path' }),
  ENOTDIR: () => ({ code: 'TRANSPORT_PATH_NOT_FOUND', detail: 'A part of the path is a file: choose another path' }),
};

const cannotListen: Explanation = {
  code: 'TRANSPORT_DESCRIPTOR_INVALID',
  detail: 'It is a connected socket or a datagram socket: pass a stream socket that listens, or can listen',
};

/** Errors of `listen` for a descriptor that is a socket. */
const descriptorExplanations: Readonly<Record<string, Explanation>> = {
  EINVAL: cannotListen,
  EOPNOTSUPP: cannotListen,
  ENOTSUP: cannotListen,
  EEXIST: { code: 'TRANSPORT_ADDRESS_IN_USE', detail: 'This process listens on this descriptor already' },
};

/** The primary process reports the same error for every descriptor that is not a listening socket. */
const notOfPrimary: Explanation = {
  code: 'TRANSPORT_DESCRIPTOR_INVALID',
  detail: 'In a worker the number belongs to the primary process, which has no listening socket with this number',
};

const unexplained: Explanation = {
  code: 'TRANSPORT_BIND_FAILED',
  detail: 'The cause of this error is the error of the system',
};

export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether a file, a directory or a link exists at the path of the socket. */
const isTaken = async (path: string): Promise<boolean> => {
  try {
    return !(await fs.promises.lstat(path)).isSocket();
  } catch {
    return false;
  }
};

/**
 * Distinguishes errors that the system reports with one code: EADDRINUSE for a file of any kind at the path, and EACCES
 * (from libuv, as on Windows) for a directory that does not exist.
 */
const codeOfPath = async (code: string, path: string): Promise<string> => {
  if (path.startsWith('\0')) return code;
  if (code === 'EADDRINUSE') return (await isTaken(path)) ? 'ENOTSOCK' : code;
  if (code !== 'EACCES') return code;
  try {
    await fs.promises.stat(dirname(path));
    return code;
  } catch (error) {
    return systemCode(error) || code;
  }
};

const explain = async (code: string, endpoint: Endpoint): Promise<Explanation | undefined> => {
  if (endpoint.kind === 'handle') return isClusterWorker() ? notOfPrimary : descriptorExplanations[code];
  if (endpoint.kind !== 'ip' && code === 'EINVAL') return undefined;
  if (endpoint.kind === 'unix') return explanations[await codeOfPath(code, endpoint.path)]?.(true);
  return explanations[code]?.(endpoint.kind === 'pipe');
};

/** Turns the error of `listen` into a `TransportError` that says what to do. */
export const bindError = async (error: unknown, endpoint: Endpoint): Promise<TransportError> => {
  const explanation = (await explain(systemCode(error), endpoint)) ?? unexplained;
  return new TransportError(explanation.code, formatEndpoint(endpoint), { detail: explanation.detail, cause: error });
};
