import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Connection, ConnectionDuplex, ConnectionEndpointFeature } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  HttpConnectionFeature,
  HttpRequestFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpUpgradeFeature,
} from '@windhover/http';
import { AnsweringConnection } from './answering-connection.ts';
import type { ResponseHead } from '../response-head.ts';

/** The arguments of a listener for the `upgrade` event of a `node:http` server. */
export interface NodeUpgrade {
  readonly request: IncomingMessage;
  /** The first write must be a whole HTTP response, as such listeners write it. */
  readonly socket: Duplex;
  /** Empty: bytes that follow the request are read from `socket`. */
  readonly head: Buffer;
  /** Resolves when the request was answered. A handler awaits it unless the answer is written at once. */
  readonly answered: Promise<void>;
}

const nothing = Buffer.alloc(0);

/**
 * Adapts a request for code that is written for the `upgrade` event of `node:http`, e.g. `handleUpgrade` of `ws` and of
 * `engine.io`. The response that this code writes goes through the response of the request, and after a 101 the socket is
 * the upgraded connection. The limits of this package do not apply to it.
 *
 * The request ends when its handler returns, so a handler awaits `answered`.
 */
export const nodeUpgrade = (features: FeatureCollection): NodeUpgrade => {
  const { promise: answered, resolve } = withResolvers();
  const connection = new AnsweringConnection((head) => {
    resolve();
    return answer(features, head);
  });
  const { localEndpoint, remoteEndpoint } = features.require(HttpConnectionFeature);
  connection.set(ConnectionEndpointFeature, { localEndpoint, remoteEndpoint });
  const socket = new ConnectionDuplex(connection);
  // A stream that closes without an answer leaves the response to the handler.
  socket.once('close', resolve);
  return { request: requestOf(features, socket), socket, head: nothing, answered };
};

const withResolvers = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
};

const requestOf = (features: FeatureCollection, socket: Duplex): IncomingMessage => {
  const { method, rawTarget, headers } = features.require(HttpRequestFeature);
  const request = new IncomingMessage(socket as unknown as Socket);
  request.method = method;
  request.url = rawTarget;
  request.httpVersion = '1.1';
  request.httpVersionMajor = request.httpVersionMinor = 1;
  for (const [name, value] of headers) request.rawHeaders.push(name, value);
  for (const name of new Set([...headers].map(([name]) => name.toLowerCase()))) {
    request.headers[name] = headers.get(name)!;
  }
  return request;
};

const answer = (features: FeatureCollection, { status, fields, content }: ResponseHead): Connection | undefined => {
  const { method } = features.require(HttpRequestFeature);
  const response = features.require(HttpResponseFeature);
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (key === 'connection' && value.toLowerCase() === 'close') response.headers.set(name, value);
    else if (!isFraming(key)) response.headers.append(name, value);
  }
  const isTunnel = method === 'CONNECT' && status >= 200 && status < 300;
  if (status === 101 || isTunnel) {
    const protocol = fields.find(([name]) => name.toLowerCase() === 'upgrade')?.[1];
    return features.require(HttpUpgradeFeature).upgrade(protocol);
  }
  response.statusCode = status;
  features.require(HttpResponseBodyFeature).end(Buffer.from(content, 'latin1'));
  return undefined;
};

/** Whether the protocol writes the field itself. */
const isFraming = (name: string): boolean =>
  name === 'connection' || name === 'upgrade' || name === 'content-length' || name === 'transfer-encoding';
