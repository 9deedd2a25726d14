import { createHash } from 'node:crypto';
import { clientNetwork } from '@windhover/addresses';
import type { HttpContext } from '@windhover/http';

/**
 * The client of a request: its IPv4 address, or the /64 network of its IPv6 address, without the port. Clients without
 * an address, such as those of a unix socket, count as one client. Behind a proxy, add `forwardedHeaders` first.
 */
export const clientKey = ({ connection }: HttpContext): string => {
  const endpoint = connection.remoteEndpoint;
  return endpoint?.kind === 'ip' ? clientNetwork(endpoint.address) : (endpoint?.kind ?? 'unknown');
};

const longestKey = 256;

/** A key of bounded length, because applications may build keys from fields that the client controls. */
export const boundedKey = (key: string): string =>
  key.length <= longestKey ? key : `sha256:${createHash('sha256').update(key).digest('base64')}`;
