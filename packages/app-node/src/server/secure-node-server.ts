import { Server } from 'node:https';
import { NodeHandlerError } from '../errors.ts';
import { NodeServer } from './node-server.ts';

/** Methods of `tls.Server` that would change nothing here, with what to use instead. */
const refusedMethods = {
  setSecureContext: 'selectCertificate, which may return another certificate for each connection',
  addContext: 'names or selectCertificate',
  getTicketKeys: 'https.createServer: here, processes cannot share the keys of session tickets',
  setTicketKeys: 'https.createServer: here, processes cannot share the keys of session tickets',
} as const;

/** A server with TLS: an instance of `https.Server` and `tls.Server`, and not of `http.Server`, as in Node.js. */
export class SecureNodeServer extends NodeServer {
  static {
    for (const [name, instead] of Object.entries(refusedMethods)) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        writable: true,
        value(): never {
          throw new NodeHandlerError('APP_NODE_TLS_OPTION_REFUSED', `received server.${name}; use ${instead}`);
        },
      });
    }
  }
}

// A chain of prototypes cannot have both `http.Server` and `https.Server`: the members of `NodeServer` are repeated.
Object.setPrototypeOf(
  SecureNodeServer.prototype,
  Object.create(Server.prototype, Object.getOwnPropertyDescriptors(NodeServer.prototype)) as object,
);
