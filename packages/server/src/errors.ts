/** Every code of a `ServerError`, with the sentence that its message ends with. */
export const serverErrors = {
  SERVER_PORT_INVALID: 'a port is a whole number from 0 to 65535; 0 asks for any free one',
  SERVER_CONFIGURE_ASYNC:
    'configuring an endpoint cannot wait, or what comes later would be missing; await it before, and hand over a ' +
    'function that is not async',
  SERVER_NO_TRANSPORT:
    'no transport of this server can listen on such an endpoint; hand over one that can in `transports`, and write an ' +
    'IP address in numbers',
  SERVER_NO_PROTOCOL:
    'the server has no protocol to speak; hand one over in `protocols`, e.g. `http1()` of `@windhover/http1`',
  SERVER_PROTOCOL_UNKNOWN:
    'the endpoint asks for a protocol that the server does not have; hand it over in `protocols`',
  SERVER_TLS_NOT_CONFIGURED:
    'the address asks for https, and no TLS is configured; set the option `useHttps`, e.g. to `useHttps(…)` of ' +
    '`@windhover/tls`, or listen on an address with http',
  SERVER_TLS_TWICE: 'TLS is configured twice for one endpoint; leave one of them out',
  SERVER_ADDRESS_TWICE: 'the server is to listen on one address twice; leave one of the two out',
  SERVER_ADDRESS_SHARED_BY_SCHEMES:
    'two protocols cannot share one address; give one of them another port, e.g. 443 for https beside 80 for http',
  SERVER_ADDRESS_HELD:
    'this server itself listens on the second address, and cannot give it up before the new endpoint listens on the ' +
    'first; restart the server, or choose another port',
  SERVER_ADDRESS_HELD_BY_SIBLING:
    'another process of this application listens on the second address, and gives it up only when it ends; restart ' +
    'the application instead of reloading it, or choose another port',
  SERVER_LOOPBACK_UNAVAILABLE:
    'neither loopback address could be bound; bring the loopback interface up, or listen on another address',
  SERVER_NOT_STARTED: 'the server does not run yet; use `listen` before the start',
  SERVER_ALREADY_STARTED: 'the server has been started before; make a new one',
  SERVER_STOPPED: 'the server has been stopped; make a new one',
} as const satisfies Record<`SERVER_${string}`, string>;

export type ServerErrorCode = keyof typeof serverErrors;

/** The server could not start. Nothing of it listens then. `cause` has the error of the transport, where there is one. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? serverErrors[code] : `${detail}: ${serverErrors[code]}`, options);
    this.code = code;
  }
}
