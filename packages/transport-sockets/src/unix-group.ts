import { TransportError } from '@windhover/connections';
import { fs } from './node-builtins.ts';

/**
 * The number of a group.
 *
 * @param group a name of /etc/group, or a number
 * @throws TransportError `TRANSPORT_BIND_FAILED` there is no such group, or /etc/group cannot be read
 */
export const groupId = (group: string | number | undefined): number | undefined => {
  if (group === undefined || typeof group === 'number') return group;
  if (/^\d{1,10}$/.test(group)) return Number(group);
  const line = groupLines(group).find((entry) => entry.startsWith(`${group}:`));
  const id = Number(line?.split(':')[2]);
  if (line !== undefined && Number.isInteger(id)) return id;
  throw unknownGroup(group, 'There is no such group in /etc/group: correct unixGroup, or use the number of the group');
};

const groupLines = (group: string): string[] => {
  try {
    return fs.readFileSync('/etc/group', 'utf8').split('\n');
  } catch (cause) {
    throw unknownGroup(group, '/etc/group cannot be read: use the number of the group', cause);
  }
};

const unknownGroup = (group: string, detail: string, cause?: unknown): TransportError =>
  new TransportError('TRANSPORT_BIND_FAILED', `group ${group}`, { detail, cause });
