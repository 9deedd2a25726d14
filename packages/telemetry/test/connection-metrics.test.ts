import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { useHttps } from '@windhover/tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CertificateAuthority, type KeyAndCertificate } from '../../../tools/test-support/certificates.ts';
import { until } from '../../../tools/test-support/until.ts';
import { MeasuredServer } from './support/measured-server.ts';

let identity: KeyAndCertificate;
let measured: MeasuredServer;

beforeAll(async () => {
  identity = await (await CertificateAuthority.create()).issue();
});

beforeEach(async () => {
  measured = await MeasuredServer.start(identity);
});

afterEach(() => measured[Symbol.asyncDispose]());

describe('metrics of connections', () => {
  it.each<[condition: string, bytes: string, errorType: string]>([
    ['a request line that is none', 'GET\r\n\r\n', 'invalid_request_line'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 'invalid_request_headers'],
    ['an unknown version', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 'invalid_http_version'],
    [
      'a header section that is too large',
      `GET / HTTP/1.1\r\na: ${'x'.repeat(70_000)}\r\n\r\n`,
      'max_request_headers_total_size_exceeded',
    ],
    ['TLS on a port without it', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', 'tls_not_supported'],
    [
      'invalid HTTP/2 frames',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00',
      'invalid_handshake',
    ],
  ])('refused, %s: the connection has the error type %3$s', async (_condition, bytes, errorType) => {
    const socket = await measured.openSocket();
    socket.resume().end(Buffer.from(bytes, 'latin1'));
    await until(async () => (await measured.metrics.points('windhover.connection.duration')).length === 1);
    expect(await measured.metrics.points('windhover.connection.duration', 'network.type', 'error.type')).toEqual([
      `1 ipv4 ${errorType}`,
    ]);
    expect(await measured.metrics.points('windhover.active_connections', 'network.transport')).toEqual(['0 tcp']);
    expect(await measured.metrics.points('http.server.request.duration')).toEqual([]);
  });

  it('a reset by the client is connection_reset', async () => {
    const socket = await measured.openSocket();
    await until(() => measured.server.connectionCount === 1);
    socket.resetAndDestroy();
    await measured.allClosed();
    expect(await measured.metrics.points('windhover.connection.duration', 'error.type')).toEqual([
      '1 connection_reset',
    ]);
  });

  it('a connection that the client ends has no error', async () => {
    const socket = await measured.openSocket();
    socket.resume().end();
    await measured.allClosed();
    expect(await measured.metrics.points('windhover.connection.duration', 'error.type')).toEqual(['1']);
  });

  it('connections past the deadline of a stop are app_shutdown_timeout', async () => {
    const socket = await measured.openSocket();
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\n');
    await until(() => measured.server.connectionCount === 1);
    await measured.server.stop(AbortSignal.abort());
    expect(await measured.metrics.points('windhover.connection.duration', 'error.type')).toEqual([
      '1 app_shutdown_timeout',
    ]);
  });

  it('connections over the limit are rejected, and not active', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => measured.openSocket()));
    await until(() => measured.server.connectionCount === 8);
    const rejected = await measured.openSocket();
    rejected.on('error', () => undefined).resume();
    await until(() => rejected.closed);
    expect(await measured.metrics.points('windhover.rejected_connections', 'server.port')).toEqual([
      `1 ${measured.portOf(0)}`,
    ]);
    expect(await measured.metrics.points('windhover.active_connections', 'server.address')).toEqual(['8 127.0.0.1']);
    for (const socket of open) socket.on('error', () => undefined).destroy();
    await measured.allClosed();
    expect(await measured.metrics.points('windhover.active_connections')).toEqual(['0']);
  });

  it('a WebSocket is an upgraded connection until it closes, and its request a complete one', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${measured.portOf(0)}/chat`);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(await measured.metrics.points('windhover.upgraded_connections')).toEqual(['1']);
    await until(async () => (await measured.metrics.points('http.server.request.duration')).length === 1);
    expect(
      await measured.metrics.points(
        'http.server.request.duration',
        'http.request.method',
        'http.response.status_code',
        'http.route',
        'network.protocol.version',
        'error.type',
      ),
    ).toEqual(['1 GET 101 /chat 1.1']);
    socket.close();
    await measured.allClosed();
    expect(await measured.metrics.points('windhover.upgraded_connections')).toEqual(['0']);
  });

  it('connections that wait to be served: always none', async () => {
    expect(await measured.metrics.points('windhover.queued_connections')).toEqual(['0']);
  });
});

describe('metrics of TLS handshakes', () => {
  it('a handshake has the version of TLS, and its connection, too', async () => {
    const client = connectTls({
      port: measured.portOf(1),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    client.write('GET /users/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => client.resume().on('end', resolve));
    client.destroy();
    await measured.allClosed();
    expect(
      await measured.metrics.points('windhover.tls_handshake.duration', 'tls.protocol.version', 'error.type'),
    ).toEqual(['1 1.3']);
    expect(
      await measured.metrics.points('windhover.connection.duration', 'tls.protocol.version', 'error.type'),
    ).toEqual(['1 1.3']);
    expect(await measured.metrics.points('windhover.active_tls_handshakes')).toEqual(['0']);
  });

  it('plain HTTP that plainHttp serves is no handshake', async () => {
    const endpoint = await measured.server.addEndpoint(
      'http://127.0.0.1:0',
      useHttps({ ...identity, plainHttp: 'serve' }),
    );
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(endpoint.address).port) });
    socket.write('GET /users/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.resume().on('end', resolve));
    socket.destroy();
    await measured.allClosed();
    expect(await measured.metrics.points('windhover.tls_handshake.duration')).toEqual([]);
    expect(await measured.metrics.points('windhover.active_tls_handshakes')).toEqual(['0']);
  });

  it('a refused handshake has its cause, and its connection is tls_handshake_failed', async () => {
    const socket = connect({ host: '127.0.0.1', port: measured.portOf(1) });
    socket
      .on('error', () => undefined)
      .resume()
      .end('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(async () => (await measured.metrics.points('windhover.connection.duration')).length === 1);
    expect(await measured.metrics.points('windhover.tls_handshake.duration', 'error.type')).toEqual([
      '1 TLS_PLAIN_HTTP',
    ]);
    expect(await measured.metrics.points('windhover.connection.duration', 'error.type')).toEqual([
      '1 tls_handshake_failed',
    ]);
    expect(await measured.metrics.points('windhover.active_tls_handshakes')).toEqual(['0']);
  });
});
