import http from 'node:http';
import { createServer } from './server/create-server.ts';
import { initialize } from './server/inheritable-emitter.ts';
import { NodeServer } from './server/node-server.ts';

/** `http.Server`, which can be called without `new`, also for an object of a function that inherits from it. */
const Server = new Proxy(NodeServer, {
  apply: (constructor, existing: unknown, given) => {
    if (existing instanceof constructor) return initialize(constructor, existing, given);
    return Reflect.construct(constructor, given) as NodeServer;
  },
});

/**
 * The module `node:http` with this package's server instead of Node.js' server, for `import http from
 * '@windhover/app-node'`. Clients (`request`, `get`, `Agent`) and everything else come from Node.js.
 */
export const httpModule: Omit<typeof http, 'Server' | 'createServer'> & {
  readonly Server: typeof NodeServer & ((...given: Parameters<typeof createServer>) => NodeServer);
  readonly createServer: typeof createServer;
} = { ...http, Server: Server as never, createServer };
