import { TransportError } from '@windhover/connections';
import { fs } from './node-builtins.ts';

/**
 * The number of a group.
 *
 * @param group a name of /etc/group, or a number
 * @throws TransportError `TRANSPORT_BIND_FAILED` there is no such group
 */
export const groupId = (group: string | number | undefined): number | undefined => {
  if (group === undefined || typeof group === 'number') return group;
  if (/^\d{1,10}$/.test(group)) return Number(group);
  const line = fs
    .readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${group}:`));
  const id = Number(line?.split(':')[2]);
  if (line !== undefined && Number.isInteger(id)) return id;
  throw new TransportError('TRANSPORT_BIND_FAILED', `group ${group}`, {
    detail: 'There is no such group in /etc/group: correct unixGroup, or use the number of the group',
  });
};
