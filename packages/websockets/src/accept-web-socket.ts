import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  HttpError,
  HttpEventsFeature,
  HttpExtendedConnectFeature,
  HttpResponseFeature,
  HttpUpgradeFeature,
} from '@windhover/http';
import { type WebSocket, WebSocketServer } from 'ws';
import { WebSocketError } from './errors.ts';
import { type Handshake, readHandshake } from './handshake.ts';
import { HandshakeSocket } from './handshake-socket.ts';
import { type ResolvedDeflateOptions, type ResolvedWebSocketOptions, resolveWebSocketOptions } from './options.ts';
import type { WebSocketOptions } from './options.ts';
import { ServedWebSocket } from './served-web-socket.ts';

/** Options of one `accept`. */
export interface AcceptOptions {
  /** The subprotocol; the request must offer it. By default the first entry of `protocols` that the request offers. */
  readonly protocol?: string;
}

const nothing = Buffer.alloc(0);

/** Replaces the key of an extended CONNECT without one; the answer to it is not sent. */
const anyKey = 'AAAAAAAAAAAAAAAAAAAAAA==';

/** Accepts WebSockets that share the same options. */
export class WebSocketAcceptor {
  readonly options: ResolvedWebSocketOptions;
  readonly #server: WebSocketServer;

  /** @throws WebSocketError `WEBSOCKET_OPTION_INVALID` */
  constructor(options?: WebSocketOptions) {
    this.options = resolveWebSocketOptions(options);
    this.#server = new WebSocketServer(serverOptions(this.options));
    this.#server.on('wsClientError', (cause) => {
      throw new WebSocketError('WEBSOCKET_EXTENSIONS_INVALID', undefined, { cause });
    });
  }

  /**
   * Answers the handshake and takes over the connection.
   *
   * @throws WebSocketError with a `status` if the request is invalid or the server is full, before anything is sent;
   *   `WEBSOCKET_PROTOCOL_NOT_OFFERED`
   */
  accept(features: FeatureCollection, { protocol }: AcceptOptions = {}): ServedWebSocket {
    const handshake = readHandshake(features, this.options.origins);
    const socket = new HandshakeSocket((head) => answer(features, handshake, head));
    const request = requestOf(handshake, this.#chooseProtocol(handshake, protocol));
    let accepted!: ServedWebSocket;
    const accept = (webSocket: WebSocket): void => void (accepted = webSocket as ServedWebSocket);
    this.#server.handleUpgrade(request, socket as unknown as Duplex, nothing, accept);
    accepted.serve(socket.connection, this.options, features.get(HttpEventsFeature));
    return accepted;
  }

  #chooseProtocol({ protocols }: Handshake, requested: string | undefined): string | undefined {
    if (requested === undefined) return this.options.protocols.find((name) => protocols.includes(name));
    if (!protocols.includes(requested)) throw new WebSocketError('WEBSOCKET_PROTOCOL_NOT_OFFERED', requested);
    return requested;
  }
}

const serverOptions = (options: ResolvedWebSocketOptions): ConstructorParameters<typeof WebSocketServer>[0] => {
  const { maxMessageSize, maxFragments, maxBufferedChunks, closeTimeout, deflate } = options;
  const limits = { maxPayload: maxMessageSize, maxFragments, maxBufferedChunks, closeTimeout };
  const perMessageDeflate = deflate === false ? false : perMessageDeflateOf(deflate);
  const parts = { WebSocket: ServedWebSocket, perMessageDeflate, autoPong: false };
  return { noServer: true, clientTracking: false, ...parts, ...limits };
};

/** 15 bits is the default window of every client; naming it would refuse clients that request a smaller one. */
const perMessageDeflateOf = (deflate: ResolvedDeflateOptions) => ({
  threshold: deflate.threshold,
  concurrencyLimit: deflate.concurrency,
  serverNoContextTakeover: !deflate.contextTakeover,
  clientNoContextTakeover: !deflate.contextTakeover,
  serverMaxWindowBits: deflate.serverMaxWindowBits === 15 ? undefined : deflate.serverMaxWindowBits,
  zlibDeflateOptions: { level: deflate.level },
});

/** The parts of a request that `ws` reads. */
const requestOf = ({ key, extensions }: Handshake, protocol: string | undefined): IncomingMessage => {
  const headers: Record<string, string> = {
    upgrade: 'websocket',
    'sec-websocket-key': key ?? anyKey,
    'sec-websocket-version': '13',
  };
  if (protocol !== undefined) headers['sec-websocket-protocol'] = protocol;
  if (extensions !== undefined) headers['sec-websocket-extensions'] = extensions;
  return { method: 'GET', headers } as unknown as IncomingMessage;
};

/** The fields of the handshake response, as `ws` spells them. */
const handshakeFields = ['Sec-WebSocket-Accept', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'] as const;

/** The value of a field in a response head that `ws` has written. */
const valueIn = (head: string, name: string): string | undefined => {
  const at = head.indexOf(`\r\n${name}: `);
  if (at === -1) return undefined;
  const start = at + name.length + 4;
  return head.slice(start, head.indexOf('\r\n', start));
};

/**
 * Sends the response of `ws` through the features of the request. An extended CONNECT needs no Sec-WebSocket-Accept,
 * but a client that sends a key, such as Node.js 26, checks it.
 *
 * @param head the response head as `ws` wrote it
 */
const answer = (features: FeatureCollection, { key }: Handshake, head: string): Connection => {
  const { headers } = features.require(HttpResponseFeature);
  const extended = features.get(HttpExtendedConnectFeature);
  for (const name of handshakeFields) {
    const value = valueIn(head, name);
    if (value !== undefined && !(key === undefined && name === 'Sec-WebSocket-Accept')) headers.set(name, value);
  }
  try {
    return extended?.isExtendedConnect === true
      ? extended.accept()
      : features.require(HttpUpgradeFeature).upgrade('websocket');
  } catch (error) {
    if (!(error instanceof HttpError) || error.code !== 'HTTP_UPGRADE_LIMIT') throw error;
    throw new WebSocketError('WEBSOCKET_LIMIT_REACHED', undefined, { cause: error });
  }
};

/** Turns the response of the request into a refusal. */
export const refuse = (features: FeatureCollection, { status, fields }: WebSocketError): void => {
  const response = features.require(HttpResponseFeature);
  for (const name of handshakeFields) response.headers.delete(name);
  response.statusCode = status!;
  for (const [name, value] of fields) response.headers.set(name, value);
};

const acceptorOf = new WeakMap<WebSocketOptions, WebSocketAcceptor>();
let defaultAcceptor: WebSocketAcceptor | undefined;

/** One acceptor for each object of options, so that options are checked once. */
const acceptorFor = (options: WebSocketOptions | undefined): WebSocketAcceptor => {
  if (options === undefined) return (defaultAcceptor ??= new WebSocketAcceptor());
  let acceptor = acceptorOf.get(options);
  if (acceptor === undefined) acceptorOf.set(options, (acceptor = new WebSocketAcceptor(options)));
  return acceptor;
};

/**
 * Accepts the WebSocket that a request asks for. Needs no pipeline and no host.
 *
 * @param context the context of the request, or any object with the features of the request
 * @param options pass the same object for all requests that share them, because it is checked once
 * @returns the WebSocket; `undefined` if the request was refused and its response has the status of the refusal
 * @throws WebSocketError `WEBSOCKET_OPTION_INVALID`, `WEBSOCKET_PROTOCOL_NOT_OFFERED`
 * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE` when the response has started
 */
export const acceptWebSocket = (
  { features }: { readonly features: FeatureCollection },
  options?: WebSocketOptions,
  accept?: AcceptOptions,
): WebSocket | undefined => {
  try {
    return acceptorFor(options).accept(features, accept);
  } catch (error) {
    if (!(error instanceof WebSocketError) || error.status === undefined) throw error;
    refuse(features, error);
    return undefined;
  }
};
