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
import { type DeflateOptions, type ResolvedWebSocketOptions, resolveWebSocketOptions } from './options.ts';
import type { WebSocketOptions } from './options.ts';
import { ServedWebSocket } from './served-web-socket.ts';

/** What is said when a WebSocket is accepted. */
export interface AcceptOptions {
  /** The subprotocol; it has to be one that the request offers. By default the first of `protocols` that it does. */
  readonly protocol?: string;
}

const nothing = Buffer.alloc(0);

/** Extended CONNECT has no key, and the answer to this one is not sent. */
const anyKey = 'AAAAAAAAAAAAAAAAAAAAAA==';

/** Accepts WebSockets that share their options. */
export class WebSocketAcceptor {
  readonly options: ResolvedWebSocketOptions;
  readonly #server: WebSocketServer;

  /** @throws WebSocketError `WEBSOCKET_OPTION_INVALID` */
  constructor(options?: Partial<WebSocketOptions>) {
    this.options = resolveWebSocketOptions(options);
    this.#server = new WebSocketServer(serverOptions(this.options));
    this.#server.on('wsClientError', (cause) => {
      throw new WebSocketError('WEBSOCKET_EXTENSIONS_INVALID', undefined, { cause });
    });
  }

  /**
   * Answers the handshake and takes the connection over.
   *
   * @throws WebSocketError with a status when the request is at fault or the server is full; nothing was sent then.
   *   `WEBSOCKET_PROTOCOL_NOT_OFFERED`
   */
  accept(features: FeatureCollection, { protocol }: AcceptOptions = {}): ServedWebSocket {
    const handshake = readHandshake(features, this.options.origins);
    const socket = new HandshakeSocket((head) => answer(features, head));
    const request = requestOf(handshake, this.#chooseProtocol(handshake, protocol));
    let accepted!: ServedWebSocket;
    const accept = (webSocket: WebSocket): void => void (accepted = webSocket as ServedWebSocket);
    this.#server.handleUpgrade(request, socket as unknown as Duplex, nothing, accept);
    accepted.serve(socket.connection, this.options, features.get(HttpEventsFeature));
    return accepted;
  }

  #chooseProtocol({ protocols }: Handshake, wanted: string | undefined): string | undefined {
    if (wanted === undefined) return this.options.protocols.find((name) => protocols.includes(name));
    if (!protocols.includes(wanted)) throw new WebSocketError('WEBSOCKET_PROTOCOL_NOT_OFFERED', wanted);
    return wanted;
  }
}

const serverOptions = (options: ResolvedWebSocketOptions): ConstructorParameters<typeof WebSocketServer>[0] => {
  const { maxMessageSize, maxFragments, maxBufferedChunks, closeTimeout, deflate } = options;
  const limits = { maxPayload: maxMessageSize, maxFragments, maxBufferedChunks, closeTimeout };
  const perMessageDeflate = deflate === false ? false : perMessageDeflateOf(deflate);
  const parts = { WebSocket: ServedWebSocket, perMessageDeflate, autoPong: false };
  return { noServer: true, clientTracking: false, ...parts, ...limits };
};

/** A window of 15 is every client's own; saying so would refuse those that ask for a smaller one. */
const perMessageDeflateOf = (deflate: DeflateOptions) => ({
  threshold: deflate.threshold,
  concurrencyLimit: deflate.concurrency,
  serverNoContextTakeover: !deflate.contextTakeover,
  clientNoContextTakeover: !deflate.contextTakeover,
  serverMaxWindowBits: deflate.serverMaxWindowBits === 15 ? undefined : deflate.serverMaxWindowBits,
  zlibDeflateOptions: { level: deflate.level },
});

/** What `ws` reads of a request. */
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

/** The fields of the handshake, which `ws` writes with these names. */
const handshakeFields = ['Sec-WebSocket-Accept', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'] as const;

/** Value of a field in a head that this process has written itself. */
const valueIn = (head: string, name: string): string | undefined => {
  const at = head.indexOf(`\r\n${name}: `);
  if (at === -1) return undefined;
  const start = at + name.length + 4;
  return head.slice(start, head.indexOf('\r\n', start));
};

/** Answers by the features of the request what `ws` has answered. @param head of the response of `ws` */
const answer = (features: FeatureCollection, head: string): Connection => {
  const { headers } = features.require(HttpResponseFeature);
  const extended = features.get(HttpExtendedConnectFeature);
  const isExtended = extended?.isExtendedConnect === true;
  for (const name of handshakeFields) {
    const value = valueIn(head, name);
    if (value !== undefined && !(isExtended && name === 'Sec-WebSocket-Accept')) headers.set(name, value);
  }
  try {
    return isExtended ? extended.accept() : features.require(HttpUpgradeFeature).upgrade('websocket');
  } catch (error) {
    if (!(error instanceof HttpError) || error.code !== 'HTTP_UPGRADE_LIMIT') throw error;
    throw new WebSocketError('WEBSOCKET_LIMIT_REACHED', undefined, { cause: error });
  }
};

/** Puts a refusal into the response of the request. */
export const refuse = (features: FeatureCollection, { status, fields }: WebSocketError): void => {
  const response = features.require(HttpResponseFeature);
  for (const name of handshakeFields) response.headers.delete(name);
  response.statusCode = status!;
  for (const [name, value] of fields) response.headers.set(name, value);
};

const acceptorOf = new WeakMap<Partial<WebSocketOptions>, WebSocketAcceptor>();
let defaultAcceptor: WebSocketAcceptor | undefined;

/** Options are checked once, however many requests they are for. */
const acceptorFor = (options: Partial<WebSocketOptions> | undefined): WebSocketAcceptor => {
  if (options === undefined) return (defaultAcceptor ??= new WebSocketAcceptor());
  let acceptor = acceptorOf.get(options);
  if (acceptor === undefined) acceptorOf.set(options, (acceptor = new WebSocketAcceptor(options)));
  return acceptor;
};

/**
 * Accepts the WebSocket that a request asks for, with nothing but its features: no pipeline, no hosting.
 *
 * @param options the same object for all requests that share them
 * @returns `undefined` when the request was refused; its response says why then
 * @throws WebSocketError `WEBSOCKET_OPTION_INVALID`, `WEBSOCKET_PROTOCOL_NOT_OFFERED`
 * @throws HttpError `HTTP_UPGRADE_NOT_POSSIBLE` when the response has started
 */
export const acceptWebSocket = (
  features: FeatureCollection,
  options?: Partial<WebSocketOptions>,
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
