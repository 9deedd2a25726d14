import type { ConnectionDelegate } from './connection.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * Turns an endpoint into a listener that accepts connections.
 *
 * Source: Kestrel `IConnectionListenerFactory` and `IConnectionListenerFactorySelector`.
 */
export interface Transport {
  /** For messages and metrics, e.g. `sockets`. */
  readonly name: string;
  /** Whether this transport can listen on this kind of endpoint. */
  canBind(endpoint: Endpoint): boolean;
  /**
   * Endpoints opened by the parent of this process, e.g. by socket activation; empty if there are none.
   *
   * @throws Error when the variables that describe them are invalid
   */
  inheritedEndpoints?(): readonly NamedEndpoint[];
  /**
   * Listens. Each accepted connection goes to `accept`.
   *
   * @param options of the listener and of its connections
   * @throws TransportError when the endpoint cannot be bound
   */
  bind(endpoint: Endpoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener>;
}

/** Options of the listening socket of one endpoint. A transport ignores the options that do not apply to it. */
export interface SocketOptions {
  /** Permission bits of the file of a unix socket, 0 to 0o777. The file has no other bits at any time, not even while it is created. */
  readonly unixMode?: number | undefined;
  /** Group of the file of a unix socket: a name or a number. The process has to be a member of it. */
  readonly unixGroup?: string | number | undefined;
  /** Connections that the system holds until they are accepted, 1 to 65535. */
  readonly backlog?: number | undefined;
}

/** The options of one listener and of its connections. */
export interface BindOptions extends SocketOptions {
  /**
   * Bytes queued for sending from which `Connection.write` returns false; 0 for every write, Infinity for none. Default: the
   * default of the transport.
   */
  readonly maxWriteBufferSize?: number | undefined;
  /** Called when the system cannot accept connections, once until it can again. The listener continues to listen. */
  readonly onAcceptError?: ((error: Error) => void) | undefined;
  /** Called when the system accepts connections again. */
  readonly onAcceptRecovered?: (() => void) | undefined;
}

/** An endpoint with a name, e.g. a socket that systemd opened and named. */
export interface NamedEndpoint {
  readonly name: string;
  readonly endpoint: Endpoint;
}

/**
 * One bound endpoint. Disposing of it unbinds the endpoint; open connections stay open.
 *
 * Source: Kestrel `IConnectionListener`.
 */
export interface ConnectionListener extends AsyncDisposable {
  /** The real endpoint: with the port that the system chose if the requested port was 0. */
  readonly endpoint: Endpoint;
  /** Stops accepting. Resolves when `accept` will not be called any more. Open connections stay open. */
  unbind(): Promise<void>;
}
