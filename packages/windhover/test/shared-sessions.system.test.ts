import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SecureVersion, connect } from 'node:tls';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { Child } from '../../../tools/test-support/child.ts';

// Runs the built command: build before testing.
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const index = pathToFileURL(fileURLToPath(new URL('../dist/index.js', import.meta.url))).href;

interface Answer {
  /** Process id of the worker that took the connection. */
  readonly pid: number;
  readonly isResumed: boolean;
  /** The session for the next connection. */
  readonly session: Buffer | undefined;
}

describe.skipIf(process.platform === 'win32').each([
  ['the configuration', `export default ({ response }) => response.send(String(process.pid));`, true],
  [
    'the program',
    `import { createBuilder, useHttps } from '${index}';
    const builder = await createBuilder();
    builder.useServer((server) => server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 }, useHttps({ certificate: 'site.pem' })));
    export default builder.build().get('/', ({ response }) => response.send(String(process.pid)));`,
    false,
  ],
])('windhover --threads 2 with https of %s', (_what, module, isConfigured) => {
  let folder: string;
  let authority: CertificateAuthority;
  let child: Child;
  let port: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-'));
    authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue();
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write('site.pem', `${certificate}\n${key}`);
    write('app.mjs', module);
    const server = { certificates: { default: { path: 'site.pem' } } };
    if (isConfigured) write('windhover.json', JSON.stringify({ server, urls: 'https://127.0.0.1:0' }));
    // One connection for each worker, in turn.
    const env = { WINDHOVER_LOGGING__FORMAT: 'text', NODE_CLUSTER_SCHED_POLICY: 'rr' };
    child = new Child([cli, 'app.mjs', '--threads', '2'], { cwd: folder, env });
    const [, address] = await child.waitFor(/Now listening on: https:\/\/127\.0\.0\.1:(\d+)/);
    port = Number(address);
    await child.waitFor(/2 threads are ready/);
  });
  afterAll(async () => {
    await child[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const ask = async (version: SecureVersion, session?: Buffer): Promise<Answer> => {
    const versions = { minVersion: version, maxVersion: version };
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, session, ...versions });
    let ticket: Buffer | undefined;
    let text = '';
    socket.on('session', (made) => (ticket = made));
    socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await once(socket, 'end');
    const isResumed = socket.isSessionReused();
    socket.destroy();
    return { pid: Number(/\d+$/.exec(text)?.[0]), isResumed, session: ticket };
  };

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: each worker resumes a session of the other', async (version) => {
    const { session } = await ask(version);
    const answers = [await ask(version, session), await ask(version, session)];
    expect(answers.map(({ isResumed }) => isResumed)).toEqual([true, true]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  });

  it('after a reload a session of before is not resumed, and a new one is', async () => {
    const { session } = await ask('TLSv1.3');
    child.kill('SIGHUP');
    await child.waitFor(/All workers have been replaced/);
    expect((await ask('TLSv1.3', session)).isResumed).toBe(false);
    const after = await ask('TLSv1.3');
    const answers = [await ask('TLSv1.3', after.session), await ask('TLSv1.3', after.session)];
    expect(answers.map(({ isResumed }) => isResumed)).toEqual([true, true]);
  });
});
