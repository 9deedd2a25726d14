import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connection } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';
import {
  HttpError,
  HttpRequestFeature,
  HttpRequestLifetimeFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpUpgradeFeature,
  handled,
  hasListMember,
} from '@windhover/http';
import type { RequestInternals } from '../node-internals.ts';
import { setHead } from '../node-request.ts';
import type { FieldPair, ResponseHead } from '../response-head.ts';
import { SocketFacade } from '../socket/socket-facade.ts';
import { DetachedSocket } from './detached-socket.ts';
import { RespondingConnection, type UpgradeResponder } from './responding-connection.ts';

/** The arguments of a listener for the `upgrade` event of a `node:http` server. */
export interface NodeUpgrade {
  readonly request: IncomingMessage;
  /** The first writes must be a whole HTTP response, as such listeners write it. */
  readonly socket: Duplex;
  /**
   * Bytes that have been received after the request; `socket` delivers the bytes after them. Code for `node:http` gives
   * them back with `socket.unshift(head)`. Empty over HTTP/2.
   */
  readonly head: Buffer;
  /**
   * Resolves when the request has been answered; with false if the socket was closed without an answer. Rejects if the
   * upgrade is refused, e.g. with HttpError `HTTP_UPGRADE_NOT_POSSIBLE`; above the limit of upgraded connections the
   * response is 503 instead. A handler awaits it.
   */
  readonly answered: Promise<boolean>;
}

/**
 * Adapts a request for code written for the `upgrade` event of `node:http`, e.g. `handleUpgrade` of `ws` and
 * `engine.io`. The response that this code writes is sent through the response of the request, and after a 101 the
 * socket is the upgraded connection. The limits of this package do not apply to it.
 *
 * The request ends when its handler returns, so a handler awaits `answered`.
 */
export const nodeUpgrade = (features: FeatureCollection): NodeUpgrade => {
  const facade = new SocketFacade(features);
  facade.serve(features);
  return { ...upgradeOf(features, facade), head: headOf(features) };
};

/** For a server that has the facade of the connection, and takes the head when a listener receives the upgrade. */
export const upgradeOf = (features: FeatureCollection, facade: SocketFacade): Omit<NodeUpgrade, 'head'> => {
  const response = new ListenerResponse(features);
  const connection = new RespondingConnection(response);
  // If the socket closes without a response, the handler can respond.
  const socket = new DetachedSocket(connection, facade, () => response.settle(false));
  features.require(HttpRequestLifetimeFeature).onClosed(connection.clientLeft);
  return { request: requestOf(features, socket), socket, answered: response.sent };
};

/** Takes the bytes that have been received after the request of an upgrade. */
export const headOf = (features: FeatureCollection): Buffer => {
  const upgrade = features.get(HttpUpgradeFeature);
  if (upgrade?.isUpgradableRequest !== true) return Buffer.alloc(0);
  const bytes = upgrade.takeReceived?.() ?? new Uint8Array();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

const requestOf = (features: FeatureCollection, socket: Duplex): IncomingMessage => {
  const request = new IncomingMessage(socket as unknown as Socket) as RequestInternals;
  setHead(request, features.require(HttpRequestFeature));
  request.upgrade = true;
  return request;
};

/** The response that a listener writes, sent as the response of the request. */
class ListenerResponse implements UpgradeResponder {
  /** Resolves when the response has been sent, or cannot be sent any more. */
  readonly sent: Promise<boolean>;
  settle!: (isSent: boolean) => void;
  #fail!: (error: unknown) => void;
  readonly #features: FeatureCollection;

  constructor(features: FeatureCollection) {
    this.#features = features;
    const promise = new Promise<boolean>((resolve, reject) => {
      this.settle = resolve;
      this.#fail = reject;
    });
    // A listener that responds at once need not await it.
    this.sent = handled(promise);
  }

  opens(status: number): boolean {
    const isConnect = this.#features.require(HttpRequestFeature).method === 'CONNECT';
    return status === 101 || (isConnect && status >= 200 && status < 300);
  }

  open({ reasonPhrase, fields }: ResponseHead): Connection | undefined {
    const protocol = fields.find(([name]) => name.toLowerCase() === 'upgrade')?.[1];
    try {
      this.#copy(fields);
      this.#features.require(HttpResponseFeature).reasonPhrase = reasonPhrase;
      const upgraded = this.#features.require(HttpUpgradeFeature).upgrade(protocol);
      this.settle(true);
      return upgraded;
    } catch (error) {
      if (isOverLimit(error)) this.#refuseOverLimit(fields);
      else this.#fail(error);
      return undefined;
    }
  }

  /** The handler ends the response, without the fields of the handshake. */
  #refuseOverLimit(fields: readonly FieldPair[]): void {
    const response = this.#features.require(HttpResponseFeature);
    for (const [name] of fields) response.headers.delete(name);
    response.statusCode = 503;
    response.reasonPhrase = '';
    this.settle(true);
  }

  refuse({ status, reasonPhrase, fields, content }: ResponseHead): void {
    this.settle(true);
    this.#copy(fields);
    const response = this.#features.require(HttpResponseFeature);
    response.statusCode = status;
    response.reasonPhrase = reasonPhrase;
    this.#features.require(HttpResponseBodyFeature).end(Buffer.from(content, 'latin1'));
  }

  #copy(fields: readonly FieldPair[]): void {
    const { headers } = this.#features.require(HttpResponseFeature);
    for (const [name, value] of fields) {
      const key = name.toLowerCase();
      if (key === 'connection' && hasListMember(value, 'close')) headers.set(name, 'close');
      else if (!isFraming(key)) headers.append(name, value);
    }
  }
}

const isOverLimit = (error: unknown): boolean => error instanceof HttpError && error.code === 'HTTP_UPGRADE_LIMIT';

/** Whether the protocol writes the field itself. */
const isFraming = (name: string): boolean =>
  name === 'connection' || name === 'upgrade' || name === 'content-length' || name === 'transfer-encoding';
