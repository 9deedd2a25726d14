import type { BindingAddress } from './binding-address.ts';
import { formatPathBase } from './path-base.ts';

/**
 * The text of an address, the inverse of `parseBindingAddress`. It is canonical: it always has the port, `unix` and
 * `pipe` are in lower case, and it has no parts that parsing drops. The case of scheme and host is kept;
 * `sameBindingAddress` compares without case.
 *
 * Source: Kestrel `BindingAddress.ToString`, which lowers scheme and host and omits the path base of sockets.
 */
export const formatBindingAddress = (address: BindingAddress): string => {
  const { scheme, host, port, unixPath, pipeName } = address;
  const pathBase = formatPathBase(address.pathBase);
  const socketBase = pathBase === '' ? '' : `:${pathBase}`;
  if (unixPath !== undefined) return `${scheme}://${formatUnixPath(unixPath)}${socketBase}`;
  if (pipeName !== undefined) return `${scheme}://${formatPipeName(pipeName)}${socketBase}`;
  return `${scheme}://${host}:${port}${pathBase}`;
};

/** `unix:/run/app.sock`, `unix:@abstract`. */
export const formatUnixPath = (path: string): string => `unix:${path.replace(/^\0/, '@')}`;

/** `pipe:/name`. */
export const formatPipeName = (name: string): string => `pipe:/${name}`;
