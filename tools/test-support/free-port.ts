import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that was free at the time of the call, for programs that cannot listen on port 0. */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};
