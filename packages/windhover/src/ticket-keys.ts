import type { SessionTicketKeys } from '@windhover/tls';
import { tlsPackage } from './lazy-packages.ts';

let shared: Uint8Array | undefined;
let ticketKeys: SessionTicketKeys | undefined;

/** What the endpoints of this process seal session tickets with, unless they have been given keys of their own. */
export const ownTicketKeys = (): SessionTicketKeys => {
  const { SessionTicketKeys: Keys } = tlsPackage();
  return (ticketKeys ??= new Keys({ keys: shared }));
};

/** Takes keys that other processes have, too, and so resumes their sessions. @param keys 48 bytes */
export const shareTicketKeys = (keys: Uint8Array): void => {
  shared = keys;
  ticketKeys?.set(keys);
};
