/** The codes of `ServerError`, each with the last sentence of its message. */
export const serverErrors = {
  SERVER_PORT_INVALID: 'a port must be an integer from 0 to 65535; 0 selects any free port',
  SERVER_CONFIGURE_ASYNC:
    'an endpoint cannot be configured by an async function; await its work before, and pass a function that is not async',
  SERVER_NO_TRANSPORT:
    'no transport of this server can listen on this endpoint; add one that can to `transports`, and give an IP address ' +
    'instead of a host name',
  SERVER_NO_PROTOCOL: 'the server has no protocol; add one to `protocols`, e.g. `http1()` of `@windhover/http1`',
  SERVER_PROTOCOL_UNKNOWN: 'the endpoint selects a protocol that the server does not have; add it to `protocols`',
  SERVER_TLS_NOT_CONFIGURED:
    'the address uses https, but TLS is not configured; set the option `useHttps`, e.g. to `useHttps(…)` of ' +
    '`@windhover/tls`, or listen on an http address',
  SERVER_TLS_TWICE: 'TLS is configured twice for one endpoint; remove one of the two',
  SERVER_ADDRESS_TWICE: 'two endpoints have the same address; remove one of the two',
  SERVER_ADDRESS_SHARED_BY_SCHEMES:
    'two protocols cannot share one address; use another port for one of them, e.g. 80 for http and 443 for https',
  SERVER_ADDRESS_HELD:
    'this server listens on the second address and cannot free it before the new endpoint listens on the first; ' +
    'restart the server, or choose another port',
  SERVER_ADDRESS_HELD_BY_SIBLING:
    'another process of this application listens on the second address until it ends; restart the application instead ' +
    'of reloading it, or choose another port',
  SERVER_LOOPBACK_UNAVAILABLE:
    'neither loopback address could be bound; enable the loopback interface, or listen on another address',
  SERVER_NOT_STARTED: 'the server is not running yet; call `listen` before the start',
  SERVER_ALREADY_STARTED: 'the server has already been started; create a new one',
  SERVER_STOPPED: 'the server has been stopped; create a new one',
} as const satisfies Record<`SERVER_${string}`, string>;

export type ServerErrorCode = keyof typeof serverErrors;

/** The server could not start and does not listen. `cause` is the error of the transport, if there is one. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? serverErrors[code] : `${detail}: ${serverErrors[code]}`, options);
    this.code = code;
  }
}
