import { type Endpoint, TransportError, formatEndpoint } from '@windhover/connections';
import { fs } from './node-builtins.ts';

/**
 * The number of the group of a unix socket.
 *
 * @param group a name of /etc/group, or a number
 * @param endpoint the socket, for the message of an error
 * @throws TransportError `TRANSPORT_BIND_FAILED` there is no such group, or /etc/group cannot be read
 */
export const groupId = (group: string | number | undefined, endpoint: Endpoint): number | undefined => {
  if (group === undefined || typeof group === 'number') return group;
  if (/^\d{1,10}$/.test(group)) return Number(group);
  const line = groupLines(endpoint).find((entry) => entry.startsWith(`${group}:`));
  const id = Number(line?.split(':')[2]);
  if (line !== undefined && Number.isInteger(id)) return id;
  throw unknownGroup(
    endpoint,
    `There is no group ${JSON.stringify(group)} in /etc/group: correct unixGroup, or use the number of the group`,
  );
};

const groupLines = (endpoint: Endpoint): string[] => {
  try {
    return fs.readFileSync('/etc/group', 'utf8').split('\n');
  } catch (cause) {
    throw unknownGroup(endpoint, '/etc/group cannot be read: use the number of the group', cause);
  }
};

const unknownGroup = (endpoint: Endpoint, detail: string, cause?: unknown): TransportError =>
  new TransportError('TRANSPORT_BIND_FAILED', formatEndpoint(endpoint), { detail, cause });
