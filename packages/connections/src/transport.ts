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
  /** Whether this transport can listen on such an endpoint. */
  canBind(endpoint: Endpoint): boolean;
  /**
   * What whoever started this process has opened for it, e.g. by socket activation; empty where there is nothing.
   *
   * @throws Error when it was handed over in a way that cannot be read
   */
  inheritedEndpoints?(): readonly NamedEndpoint[];
  /**
   * Listens. Each accepted connection goes to `accept`.
   *
   * @param options what the accepted connections are like
   *
   * @throws TransportError when the endpoint cannot be bound; nothing listens then
   */
  bind(endpoint: Endpoint, accept: ConnectionDelegate, options?: BindOptions): Promise<ConnectionListener>;
}

/** How the listening socket of one endpoint is made; a transport ignores what it has no such thing for. */
export interface SocketOptions {
  /** Permission bits of the file of a unix socket, 0 to 0o777. The file never has more, at no moment. */
  readonly unixMode?: number | undefined;
  /** Group of the file of a unix socket: a name or a number. The process has to be a member of it. */
  readonly unixGroup?: string | number | undefined;
  /** Connections that the system holds until they are accepted, 1 to 65535. */
  readonly backlog?: number | undefined;
}

/** What a server asks of one listener and its connections. */
export interface BindOptions extends SocketOptions {
  /**
   * Bytes queued for sending from which `Connection.write` returns false; 0 for every write, Infinity for none. The
   * transport's own default where it is not given.
   */
  readonly maxWriteBufferSize?: number | undefined;
  /** Told when the system cannot hand over new connections, once for each time of trouble; the listener goes on. */
  readonly onAcceptError?: ((error: Error) => void) | undefined;
  /** Told when that trouble is over. */
  readonly onAcceptRecovered?: (() => void) | undefined;
}

/** An endpoint under a name, e.g. a socket that systemd has opened and named. */
export interface NamedEndpoint {
  readonly name: string;
  readonly endpoint: Endpoint;
}

/**
 * One bound endpoint. Disposing it unbinds; open connections belong to whoever accepted them.
 *
 * Source: Kestrel `IConnectionListener`.
 */
export interface ConnectionListener extends AsyncDisposable {
  /** The real endpoint: the port is filled in where 0 was asked for. */
  readonly endpoint: Endpoint;
  /** Stops accepting. Resolves when nothing more will be handed to `accept`; open connections stay. */
  unbind(): Promise<void>;
}
