import { type Connection, toDuplex } from '@windhover/connections';
import { Features } from '@windhover/features';
import {
  FieldSection,
  HttpError,
  HttpExtendedConnectFeature,
  HttpRequestFeature,
  HttpResponseFeature,
} from '@windhover/http';
import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { acceptWebSocket } from '../src/index.ts';
import { RawWebSocket, frame } from './support/raw-web-socket.ts';

/** A request as a protocol with extended CONNECT gives it, and the stream below. */
const extendedConnect = (fields: Record<string, string>, protocol = 'websocket', accept?: () => Connection) => {
  const [client, served] = connectionPair();
  const headers = new FieldSection();
  for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  const response = { statusCode: 200, headers: new FieldSection() };
  const features = new Features();
  features.set(HttpRequestFeature, { method: 'CONNECT', headers } as unknown as HttpRequestFeature);
  features.set(HttpResponseFeature, response as unknown as HttpResponseFeature);
  features.set(HttpExtendedConnectFeature, { isExtendedConnect: true, protocol, accept: accept ?? (() => served) });
  return { features, response, client };
};

describe('RFC 8441 5 a WebSocket on extended CONNECT', () => {
  it('a request without a key: 200, with the subprotocol and no Sec-WebSocket-Accept', async () => {
    const fields = { 'sec-websocket-version': '13', 'sec-websocket-protocol': 'chat' };
    const { features, response, client } = extendedConnect(fields);
    const socket = acceptWebSocket({ features }, { protocols: ['chat'] })!;
    expect(response.statusCode).toBe(200);
    expect([...response.headers]).toEqual([['Sec-WebSocket-Protocol', 'chat']]);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    const raw = new RawWebSocket(toDuplex(client));
    raw.head = 'HTTP/1.1 101';
    raw.send(frame({ payload: 'over a stream' }));
    expect(String((await raw.frame(0))?.payload)).toBe('over a stream');
    socket.terminate();
  });

  it.each([
    // The example of RFC 6455 section 1.3.
    ['a valid key: its Sec-WebSocket-Accept', 'dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ['an invalid key, which is ignored: no Sec-WebSocket-Accept', 'short', undefined],
  ])('a request with %s', (_name, key, accepted) => {
    const { features, response } = extendedConnect({ 'sec-websocket-version': '13', 'sec-websocket-key': key });
    acceptWebSocket({ features })!.terminate();
    expect(response.statusCode).toBe(200);
    expect(response.headers.get('sec-websocket-accept')).toBe(accepted);
  });

  it.each([
    ['another protocol: 426', {}, 'webtransport', 426],
    ['another version: 426', { 'sec-websocket-version': '8' }, 'websocket', 426],
    ['an origin that is not allowed: 403', { origin: 'https://evil.test' }, 'websocket', 403],
  ])('%s', (_name, fields, protocol, status) => {
    const all = { 'sec-websocket-version': '13', ...fields };
    const { features, response } = extendedConnect(all, protocol);
    expect(acceptWebSocket({ features }, { origins: ['https://example.com'] })).toBeUndefined();
    expect(response.statusCode).toBe(status);
  });

  it('a server at its limit: 503', () => {
    const { features, response } = extendedConnect({ 'sec-websocket-version': '13' }, 'websocket', () => {
      throw new HttpError('HTTP_UPGRADE_LIMIT');
    });
    expect(acceptWebSocket({ features })).toBeUndefined();
    expect(response.statusCode).toBe(503);
  });
});
