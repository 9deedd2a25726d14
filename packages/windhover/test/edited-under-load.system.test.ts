import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tools/test-support/certificates.ts';
import { Child } from '../../../tools/test-support/child.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { Load } from './deployment/load.ts';
import { get } from './responses.ts';

// Runs the built command: build before testing.
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** The common name of the certificate for a new connection. */
const certificateName = async (port: number, ca: string): Promise<string> => {
  const socket = connectTls({ port, host: '127.0.0.1', ca });
  try {
    await once(socket, 'secureConnect');
    return String(socket.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
  }
};

const connecting = async (port: number): Promise<unknown> => {
  const socket = connect(port, '127.0.0.1');
  try {
    return await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
};

describe('windhover.json of the running command is edited under load', () => {
  let folder: string;
  let authority: CertificateAuthority;
  let child: Child;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-'));
    authority = await CertificateAuthority.create();
    write('app.mjs', "export default ({ response }) => response.send('ok');");
  });
  afterEach(async () => {
    await child[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const configure = (endpoints: object): void => write('windhover.json', JSON.stringify({ server: { endpoints } }));
  const writeCertificate = async (file: string, commonName: string): Promise<void> => {
    const { certificate, key } = await authority.issue({ commonName, names: ['example.com', '127.0.0.1'] });
    write(file, `${certificate}\n${key}`);
  };

  it('endpoints and certificates come, change and go, and the unchanged endpoints lose no request', async () => {
    await writeCertificate('kept.pem', 'kept 1');
    await writeCertificate('first.pem', 'first');
    await writeCertificate('second.pem', 'second');
    const [plainPort, keptPort, securePort, addedPort] = await Promise.all(Array.from({ length: 4 }, freePort));
    const secure = (port: number | undefined, path: string): object => ({
      url: `https://127.0.0.1:${port}`,
      certificate: { path },
    });
    const plain = { url: `http://127.0.0.1:${plainPort}` };
    const kept = secure(keptPort, 'kept.pem');
    configure({ plain, kept, secure: secure(securePort, 'first.pem') });
    child = new Child([cli, 'app.mjs'], { cwd: folder, env: { WINDHOVER_LOGGING__FORMAT: 'text' } });
    await child.waitFor(/Application started/);
    const ca = authority.certificate;
    const unchanged = [new Load(plainPort!, 10), new Load(keptPort!, 5, ca)];
    const changing = new Load(securePort!, 5, ca);
    const underLoad = async (): Promise<unknown> =>
      Promise.all([...unchanged, changing].map((load) => load.answers(50)));
    const changed = async (added: string, other: string, removed: string): Promise<void> => {
      await child.waitFor(new RegExp(`changed added=\\[${added}\\] changed=\\[${other}\\] removed=\\[${removed}\\]`));
      await underLoad();
    };
    await underLoad();

    // The content of a certificate file changes; its endpoint does not.
    await writeCertificate('kept.pem', 'kept 2');

    const added = { url: `http://127.0.0.1:${addedPort}` };
    configure({ plain, kept, secure: secure(securePort, 'first.pem'), added });
    await changed('"added"', '', '');
    expect((await get(`${added.url}/`)).status).toBe(200);

    configure({ plain, kept, secure: secure(securePort, 'second.pem'), added });
    await changed('', '"secure"', '');
    expect(await certificateName(securePort!, ca)).toBe('second');

    write('windhover.json', '{ "server": { "endpoints": { "added": { "url": "ftp://127.0.0.1" } } } }');
    await child.waitFor(
      /Reloading failed; the previous configuration stays in effect\. windhover\.json:1:\d+: server\.endpoints\.added\.url/,
    );
    await underLoad();
    expect((await get(`${added.url}/`)).status).toBe(200);

    configure({ plain, kept, secure: secure(securePort, 'second.pem') });
    await changed('', '', '"added"');
    await expect(connecting(addedPort!)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    // Certificate files are checked every five seconds.
    while ((await certificateName(keptPort!, ca)) !== 'kept 2') await unchanged[1]!.answers(50);

    expect(await Promise.all([...unchanged, changing].map((load) => load.stop()))).toEqual(
      Array.from({ length: 3 }, () => ({ failed: [] })),
    );
    expect(unchanged.map(({ closing }) => closing)).toEqual([0, 0]);
  });
});
