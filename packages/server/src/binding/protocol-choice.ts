import { type ConnectionDelegate, TlsHandshakeFeature } from '@windhover/connections';
import type { HttpProtocol } from '@windhover/http';
import { ServerError } from '../errors.ts';

/** A protocol of a server, with what handles its connections. */
export interface ProtocolHandler {
  readonly protocol: HttpProtocol;
  readonly handler: ConnectionDelegate;
  /** Answers a connection that there is no room for, where the protocol can. */
  readonly refuse: ConnectionDelegate | undefined;
}

/**
 * The end of an endpoint's pipeline: hands a connection to the protocol that the TLS handshake has agreed on (ALPN).
 * Where nothing was agreed on, it is the first one of the endpoint that does not need to be.
 *
 * @param names ALPN names of the protocols that are spoken there
 * @throws ServerError `SERVER_NO_PROTOCOL`, `SERVER_PROTOCOL_UNKNOWN`
 * Source: Kestrel `HttpConnection.SelectProtocol`; RFC 7301
 */
export const chooseProtocol = (
  names: readonly string[],
  isTls: boolean,
  handlers: readonly ProtocolHandler[],
): ConnectionDelegate => {
  const usual = usualProtocol(names, handlers);
  const spoken = names.map((name) => handlerOf(name, handlers));
  if (!isTls || spoken.length === 1) return usual.handler;
  return (connection) => {
    const agreed = connection.features.get(TlsHandshakeFeature)?.applicationProtocol;
    const { handler } = spoken.find(({ protocol }) => protocol.alpn === agreed) ?? usual;
    return handler(connection);
  };
};

/**
 * What is spoken where nothing was agreed on.
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
