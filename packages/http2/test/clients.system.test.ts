import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { output } from '../../tls/test/support/programs.ts';
import { TestServer } from './support/test-server.ts';

const [curl, nghttp, h2load] = ['curl', 'nghttp', 'h2load'].map(findProgram);

const folder = mkdtempSync(join(tmpdir(), 'windhover-http2-'));
const ca = join(folder, 'ca.pem');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let clear: TestServer;
let secure: TestServer;
beforeAll(async () => {
  const handler: Parameters<typeof TestServer.start>[1] = async ({ request, response }) => {
    const content = await request.text();
    response.send(`${request.protocol} ${request.method} ${request.path} ${content}`);
  };
  clear = await TestServer.start('tcp', handler);
  secure = await TestServer.start('tls', handler);
  writeFileSync(ca, secure.certificate);
});
afterAll(async () => {
  await clear[Symbol.asyncDispose]();
  await secure[Symbol.asyncDispose]();
});

describe.skipIf(curl === undefined)(`curl${curl === undefined ? ' (skipped: not installed)' : ''}`, () => {
  it.each([
    ['over TLS', [], 'HTTP/2 GET /a '],
    ['over TLS, content', ['--data', 'content'], 'HTTP/2 POST /a content'],
    ['over TLS, HTTP/1.1', ['--http1.1'], 'HTTP/1.1 GET /a '],
    ['over TLS, HTTP/1.0', ['--http1.0'], 'HTTP/1.0 GET /a '],
  ])('%s', async (_title, args, answer) => {
    expect(await output(curl!, ['-s', '--cacert', ca, ...args, `https://localhost:${secure.port}/a`])).toBe(answer);
  });

  it.each([
    ['with prior knowledge', ['--http2-prior-knowledge'], 'HTTP/2 GET /a '],
    ['with an upgrade, which is ignored', ['--http2'], 'HTTP/1.1 GET /a '],
    ['HTTP/1.1', ['--http1.1'], 'HTTP/1.1 GET /a '],
  ])('%s', async (_title, args, answer) => {
    expect(await output(curl!, ['-s', ...args, `${clear.address}/a`])).toBe(answer);
  });

  it('uploads 5 MB', async () => {
    const file = join(folder, 'large');
    writeFileSync(file, 'x'.repeat(5_000_000));
    const args = ['-s', '--http2-prior-knowledge', '--data-binary', `@${file}`, `${clear.address}/a`];
    expect((await output(curl!, args)).length).toBe('HTTP/2 POST /a '.length + 5_000_000);
  });
});

describe.skipIf(nghttp === undefined)(`nghttp${nghttp === undefined ? ' (skipped: not installed)' : ''}`, () => {
  it('several requests on one connection', async () => {
    const text = await output(nghttp!, ['-s', `${clear.address}/a`, `${clear.address}/b`, `${clear.address}/c`]);
    expect(text).toContain('HTTP/2 GET /a HTTP/2 GET /b HTTP/2 GET /c ');
  });
});

describe.skipIf(h2load === undefined)(`h2load${h2load === undefined ? ' (skipped: not installed)' : ''}`, () => {
  it.each([
    ['1 stream', ['-n', '500', '-c', '4', '-m', '1']],
    ['100 streams', ['-n', '5000', '-c', '4', '-m', '100']],
    ['header fields without a table', ['-n', '500', '-c', '2', '-m', '10', '--encoder-header-table-size=0']],
  ])('%s: every request is answered', async (_title, args) => {
    const text = await output(h2load!, [...args, `${clear.address}/a`]);
    expect(text).toMatch(/requests: (\d+) total, \1 started, \1 done, \1 succeeded, 0 failed, 0 errored, 0 timeout/);
  });
});

describe('after all of them', () => {
  it('nothing was refused, and no handler has failed', () => {
    const reported = [clear, secure].flatMap((test) => [...test.applicationErrors, ...test.badRequests]);
    expect(reported).toEqual([]);
  });
});

describe.skipIf(curl === undefined)('curl while it sends content over the limit', () => {
  it.each([
    ['over TLS', () => ['--cacert', ca, `https://localhost:${secure.port}/a`]],
    ['with prior knowledge', () => ['--http2-prior-knowledge', `${clear.address}/a`]],
  ])('reads the 413, %s', async (_title, argsOf) => {
    const file = join(folder, 'too-large');
    writeFileSync(file, Buffer.alloc(50_000_000));
    const args = ['-s', '-o', join(folder, 'answer'), '-w', '%{http_code}', '--data-binary', `@${file}`];
    expect(await output(curl!, [...args, ...argsOf()])).toBe('413');
  });
});
