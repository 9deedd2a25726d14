import { TransportError, formatEndpoint } from '@windhover/connections';

const prefix = '\\\\.\\pipe\\';

/** The longest path of a pipe on Windows, in characters. */
const longestPath = 256;

/**
 * The path of a Windows named pipe on this machine: `\\.\pipe\` and the name.
 *
 * @param name without a backslash or a NUL; Windows ignores its case
 * @throws TransportError `TRANSPORT_ENDPOINT_NOT_SUPPORTED` for a name that is empty or contains a backslash or a NUL;
 *   `TRANSPORT_PATH_TOO_LONG`
 *
 * Source: Windows `CreateNamedPipe`, parameter `lpName`.
 */
export const namedPipePath = (name: string): string => {
  const endpoint = formatEndpoint({ kind: 'pipe', name });
  if (name === '' || /[\\\0]/.test(name)) {
    const detail = 'The name of a pipe must not be empty and must not contain a backslash or a NUL';
    throw new TransportError('TRANSPORT_ENDPOINT_NOT_SUPPORTED', endpoint, { detail });
  }
  const path = prefix + name;
  if (path.length <= longestPath) return path;
  const detail = `The name has ${name.length} characters and Windows allows ${longestPath - prefix.length}. Choose a shorter one`;
  throw new TransportError('TRANSPORT_PATH_TOO_LONG', endpoint, { detail });
};
