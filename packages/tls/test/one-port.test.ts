import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import type { RequestDelegate } from '@windhover/http';
import { beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { CertificateAuthority, type KeyAndCertificate } from './support/certificates.ts';
import { HttpsServer } from './support/https-server.ts';

let authority: CertificateAuthority;
let identity: KeyAndCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  identity = await authority.issue();
});

const describeRequest: RequestDelegate = async ({ request, response }) => {
  const content = await request.text();
  response.send(`[${request.scheme} ${request.method} ${request.target} ${content}]`);
};

const bodies = async (client: RawClient, text: string, cut: number): Promise<string[]> => {
  client.send(text.slice(0, cut));
  await new Promise((resolve) => setImmediate(resolve));
  const answer = await client.send(text.slice(cut)).untilEnd();
  return [...answer.matchAll(/\[([\s\S]*?)\]/g)].map(([, body]) => body!);
};

const requests = [
  'POST /first HTTP/1.1\r\nHost: localhost\r\nContent-Length: 28\r\n\r\nGET /inside HTTP/1.1\r\nA: b\r\n',
  'GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
].join('');

const read = (scheme: string): string[] => [
  `${scheme} POST /first GET /inside HTTP/1.1\r\nA: b\r\n`,
  `${scheme} GET /second `,
  `${scheme} GET /last `,
];

describe("plainHttp 'serve': one port for both", () => {
  it('every request is read once and unchanged, at every split, and its scheme is http', async () => {
    await using https = await HttpsServer.start({ ...identity, plainHttp: 'serve' }, describeRequest);
    for (let cut = 1; cut <= requests.length; cut += 3) {
      const client = await RawClient.open({ host: '127.0.0.1', port: https.port });
      expect(await bodies(client, requests, cut)).toEqual(read('http'));
    }
  });

  it('over TLS the scheme is https', async () => {
    await using https = await HttpsServer.start({ ...identity, plainHttp: 'serve' }, describeRequest);
    const socket = connectTls({
      host: '127.0.0.1',
      port: https.port,
      ca: authority.certificate,
      servername: 'localhost',
    });
    await once(socket.setNoDelay(), 'secureConnect');
    expect(await bodies(new RawClient(socket), requests, 40)).toEqual(read('https'));
  });

  it('TLS after plain HTTP is not a request: 400', async () => {
    await using https = await HttpsServer.start({ ...identity, plainHttp: 'serve' }, describeRequest);
    const client = await RawClient.open({ host: '127.0.0.1', port: https.port });
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n').send(Buffer.from([0x16, 3, 1, 0, 1, 1]));
    const answer = await client.untilEnd();
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  });
});

describe("plainHttp 'redirect' and what follows the first request", () => {
  it('is not read: one answer, then the connection ends', async () => {
    await using https = await HttpsServer.start({ ...identity, plainHttp: 'redirect' }, describeRequest);
    const client = await RawClient.open({ host: '127.0.0.1', port: https.port });
    const answer = await client.send(requests).untilEnd();
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 307']);
    expect(answer).toContain('Connection: close');
  });
});
