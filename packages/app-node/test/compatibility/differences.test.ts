import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownDifferences } from './compare.ts';

/** Rows that the cases cannot compare, and the reason. */
const notCompared: Readonly<Record<string, string>> = {
  '`Connection: keep-alive`, `Keep-Alive`': 'the cases run createServer; see node-handler.test.ts',
  '`Content-Length` that the content does not match': 'node:http leaves a broken connection; see node-handler.test.ts',
  'a final status below 200': 'node:http leaves a client that waits',
  'requests that break RFC 9112 or RFC 9110': 'the tests of http1-codec hold them',
  'content over a limit of the server': 'node:http has none; see node-handler.test.ts',
  'malformed content that the handler does not read': 'the cases run createServer',
  'an error that the handler throws or rejects with': 'it would end the process; see node-handler.test.ts',
  '`req.socket`': 'the cases of sockets.test.ts compare its members',
  '`remoteAddress` of an IPv4 client of `::`': 'the cases listen on 127.0.0.1; see create-server.test.ts',
  '`rawPacket`, `bytesParsed` of `clientError`': 'nothing to compare',
  'requests on open connections after `close`': 'a response that ends soon after close has no Connection: close yet',
  'settings of a server after `listening`': 'nothing to compare',
  'defaults of `keepAliveTimeout`, `headersTimeout`, `requestTimeout`': 'the cases do not wait',
  "`server.emit('connection', stream)`": 'emitted-streams.test.ts compares it',
  'a client that ends its side while it waits': 'the cases run createServer; see node-handler.test.ts',
  'methods of `tls.Server`': 'secure-server.test.ts tests them',
  '`connection` of a server with TLS': 'secure-server.test.ts compares the sockets',
  'HTTP/2': 'http2.test.ts compares it with node:http2',
};

const texts = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name !== 'differences.test.ts')
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));

describe('DIFFERENCES.md', () => {
  it('lists what a case shows, and what a case cannot compare', () => {
    const shown = knownDifferences.filter((row) => texts.some((text) => text.includes(`'${row}'`)));
    expect(knownDifferences).toEqual(
      knownDifferences.filter((row) => shown.includes(row) || Object.hasOwn(notCompared, row)),
    );
    expect(Object.keys(notCompared).filter((row) => !knownDifferences.includes(row))).toEqual([]);
  });

  it('names each row once', () => {
    expect(new Set(knownDifferences).size).toBe(knownDifferences.length);
  });
});
