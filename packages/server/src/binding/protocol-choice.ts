import { type ConnectionDelegate, TlsHandshakeFeature } from '@windhover/connections';
import type { HttpProtocol } from '@windhover/http';
import { ServerError } from '../errors.ts';

/** A protocol of the server and the handler of its connections. */
export interface ProtocolHandler {
  readonly protocol: HttpProtocol;
  readonly handler: ConnectionDelegate;
  /** Answers a connection over the limit; `undefined` if the protocol cannot. */
  readonly refuse: ConnectionDelegate | undefined;
}

/**
 * The end of an endpoint's pipeline: passes each connection to the protocol that the TLS handshake negotiated (ALPN). TLS
 * may offer other protocols of the server for a single server name. Without a negotiated protocol it is the endpoint's
 * first one that does not require negotiation.
 *
 * @param names ALPN names of the endpoint's protocols
 * @throws ServerError `SERVER_NO_PROTOCOL`, `SERVER_PROTOCOL_UNKNOWN`
 * Source: Kestrel `HttpConnection.SelectProtocol`; RFC 7301
 */
export const chooseProtocol = (
  names: readonly string[],
  isTls: boolean,
  handlers: readonly ProtocolHandler[],
): ConnectionDelegate => {
  const usual = usualProtocol(names, handlers);
  if (!isTls || handlers.length === 1) return usual.handler;
  return (connection) => {
    const agreed = connection.features.get(TlsHandshakeFeature)?.applicationProtocol;
    const { handler } = handlers.find(({ protocol }) => protocol.alpn === agreed) ?? usual;
    return handler(connection);
  };
};

/**
 * The protocol of connections that negotiated none.
 *
 * @throws ServerError `SERVER_NO_PROTOCOL`, `SERVER_PROTOCOL_UNKNOWN`
 */
export const usualProtocol = (names: readonly string[], handlers: readonly ProtocolHandler[]): ProtocolHandler => {
  const spoken = names.map((name) => handlerOf(name, handlers));
  const usual = spoken.find(({ protocol }) => protocol.isNegotiatedOnly !== true) ?? spoken[0];
  if (usual === undefined) throw new ServerError('SERVER_NO_PROTOCOL');
  return usual;
};

const handlerOf = (name: string, handlers: readonly ProtocolHandler[]): ProtocolHandler => {
  const found = handlers.find(({ protocol }) => protocol.alpn === name);
  if (found === undefined) throw new ServerError('SERVER_PROTOCOL_UNKNOWN', name);
  return found;
};
