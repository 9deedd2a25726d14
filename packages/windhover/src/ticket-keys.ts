import type { SessionTicketKeys } from '@windhover/tls';
import { tlsPackage } from './lazy-packages.ts';

let shared: Uint8Array | undefined;
let ticketKeys: SessionTicketKeys | undefined;

/** The session ticket keys of this process. Used by endpoints whose options have no keys. */
export const ownTicketKeys = (): SessionTicketKeys => {
  const { SessionTicketKeys: Keys } = tlsPackage();
  return (ticketKeys ??= new Keys({ keys: shared }));
};

/** Sets keys that are shared with other processes, so that their sessions can be resumed. @param keys 48 bytes */
export const shareTicketKeys = (keys: Uint8Array): void => {
  shared = keys;
  ticketKeys?.set(keys);
};
