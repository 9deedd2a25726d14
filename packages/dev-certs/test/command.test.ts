import * as tls from 'node:tls';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDevelopmentCertificate, devCertsCommand, developmentCertificate } from '../src/index.ts';
import { TemporaryStore, day, temporaryFolder } from './support/temporary-store.ts';

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command and replaces the parts of its output that differ from run to run. */
const run = async (store: TemporaryStore, ...args: string[]): Promise<Outcome> => {
  const written = { stdout: '', stderr: '' };
  const io = {
    stdout: (text: string) => void (written.stdout += text),
    stderr: (text: string) => void (written.stderr += text),
  };
  const exitCode = await devCertsCommand(args, io, store);
  const plain = (text: string): string =>
    text.replaceAll(store.folder, '/store').replaceAll(/authority [0-9A-F]{8}/g, 'authority 1A2B3C4D');
  return { exitCode, stdout: plain(written.stdout), stderr: plain(written.stderr) };
};

/** Node.js reports the certificates that it trusts since 22.15. */
const trusted = 'getCACertificates' in tls ? 'no' : 'unknown';

const description = `\
  names        localhost, *.localhost, *.dev.localhost, 127.0.0.1, ::1
  valid until  2027-01-15
  file         /store/localhost.pem (with its private key)
  authority    /store/authority.pem
  trusted by   the system: ${trusted}, this Node.js: ${trusted}
`;

describe('windhover dev-certs', () => {
  it('makes a certificate and prints how to trust it', async () => {
    const store = new TemporaryStore();
    const { exitCode, stdout, stderr } = await run(store);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [about, ...instructions] = stdout.split('\n\n');
    expect(`${about}\n`).toBe(`Made a development certificate.\n${description}`);
    expect(instructions[0]).toBe('To trust it, run the commands for the clients that you use:');
    expect(instructions.at(-1)).toBe(
      'curl, without trusting it elsewhere\n  curl --cacert /store/authority.pem https://localhost:5001\n',
    );
    expect(developmentCertificate(store)).toBeDefined();
  });

  it('a new authority in the place of an earlier one: names the one that clients trust', async () => {
    const store = new TemporaryStore();
    await run(store);
    store.write('authority-key.pem', 'garbage');
    expect((await run(store)).stdout).toContain(
      `${description}\nThe authority is new. Clients that trust "Windhover development authority 1A2B3C4D" have to trust this one.\n`,
    );
  });

  it('keeps a good certificate', async () => {
    const store = new TemporaryStore();
    await run(store);
    const before = store.read('localhost.pem');
    const { exitCode, stdout } = await run(store);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`The development certificate is good.\n${description}\nTo trust it, run`);
    expect(store.read('localhost.pem')).toBe(before);
  });

  it('--renew makes another one', async () => {
    const store = new TemporaryStore();
    await run(store);
    const before = store.read('localhost.pem');
    const { stdout } = await run(store, '--renew');
    expect(stdout).toContain(`Made a development certificate.\n${description}\nTo trust it, run`);
    expect(store.read('localhost.pem')).not.toBe(before);
  });

  it('--name adds names', async () => {
    const { stdout } = await run(new TemporaryStore(), '--name', 'a.localhost', '--name=b.localhost');
    expect(stdout).toContain('*.dev.localhost, 127.0.0.1, ::1, a.localhost, b.localhost\n');
  });

  it('--name outside of localhost: refused', async () => {
    expect(await run(new TemporaryStore(), '--name', 'example.com')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'windhover dev-certs: the name is neither "localhost" nor a host name below it ("example.com"): choose one like ' +
        '"shop.localhost"; an authority for other names would be a danger to you (DEV_CERTS_NAME_INVALID)\n',
    });
  });

  it('a folder that other users can write into: an error, and no certificate', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no such modes');
    const store = new TemporaryStore();
    await run(store);
    chmodSync(store.folder, 0o777);
    expect(await run(store)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'windhover dev-certs: other users can write into the folder of the development certificate (/store): make ' +
        'it yours alone (chmod 700), on a file system that keeps modes, then remove its files with ' +
        '"windhover dev-certs --clean" (DEV_CERTS_FOLDER_EXPOSED)\n',
    });
  });
});

describe('windhover dev-certs --check', () => {
  it('describes the certificate, and makes none', async () => {
    const store = new TemporaryStore();
    expect(await run(store, '--check')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'windhover dev-certs: there is no development certificate (/store/localhost.pem): make one with ' +
        '"windhover dev-certs" (DEV_CERTS_MISSING)\n',
    });
    await run(store);
    expect(await run(store, '--check')).toEqual({
      exitCode: 0,
      stdout: `There is a development certificate.\n${description}`,
      stderr: '',
    });
  });

  it('warns of a certificate that expires soon, and succeeds', async () => {
    const store = new TemporaryStore();
    await run(store);
    store.now += 340 * day;
    expect(await run(store, '--check')).toEqual({
      exitCode: 0,
      stdout: `There is a development certificate.\n${description}`,
      stderr:
        'windhover dev-certs: the development certificate expires within 30 days (/store/localhost.pem): renew it with ' +
        '"windhover dev-certs" (DEV_CERTS_EXPIRES_SOON)\n',
    });
  });

  it('fails for an expired certificate', async () => {
    const store = new TemporaryStore();
    await run(store);
    store.now += 366 * day;
    const { exitCode, stdout, stderr } = await run(store, '--check');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/has expired .*: renew it with "windhover dev-certs" \(DEV_CERTS_EXPIRED\)\n$/);
  });
});

describe('windhover dev-certs --clean', () => {
  it('removes all files and prints how to undo the trust', async () => {
    const store = new TemporaryStore();
    await run(store);
    const { exitCode, stdout } = await run(store, '--clean');
    expect(exitCode).toBe(0);
    const [removed, takeBack] = stdout.split('\n\n');
    expect(removed).toBe('Removed:\n  /store/authority-key.pem\n  /store/authority.pem\n  /store/localhost.pem');
    expect(takeBack).toBe('Where you have trusted "Windhover development authority 1A2B3C4D", undo that:');
    expect(developmentCertificate(store)).toBeUndefined();
  });

  it('prints how to undo the trust also when the certificate is broken', async () => {
    const store = new TemporaryStore();
    await run(store);
    store.write('localhost.pem', 'garbage');
    expect((await run(store, '--clean')).stdout).toContain('Where you have trusted "Windhover development authority');
  });

  it('does nothing when there is no certificate', async () => {
    const stdout = 'There was nothing to remove.\n';
    expect(await run(new TemporaryStore(), '--clean')).toEqual({ exitCode: 0, stdout, stderr: '' });
  });
});

describe('windhover dev-certs --export', () => {
  it('copies the files and prints how to make a PFX file', async () => {
    const store = new TemporaryStore();
    const folder = join(temporaryFolder(), 'my certs');
    const { exitCode, stdout } = await run(store, '--export', folder);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(folder, 'FOLDER')).toBe(`\
Copied the development certificate.
  certificate  FOLDER/localhost.pem
  key          FOLDER/localhost-key.pem (keep it secret)
  authority    FOLDER/authority.pem

As one PFX file
  openssl pkcs12 -export -in 'FOLDER/localhost.pem' -inkey 'FOLDER/localhost-key.pem' -certfile 'FOLDER/authority.pem' -out localhost.pfx
`);
  });

  it('into the folder of the certificate: an error', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    expect(await run(store, '--export', store.folder)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'windhover dev-certs: the copies would replace the files of the development certificate (/store): choose another ' +
        'folder (DEV_CERTS_EXPORT_INTO_STORE)\n',
    });
  });

  it('into a file: an error', async () => {
    const store = new TemporaryStore();
    await createDevelopmentCertificate(store);
    const { exitCode, stdout, stderr } = await run(store, '--export', store.path('authority.pem'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      'windhover dev-certs: a file could not be written or removed (/store/authority.pem): check that the folder belongs to you ' +
        'and that the disk is not full (DEV_CERTS_WRITE_FAILED, EEXIST)\n',
    );
  });
});

describe('windhover dev-certs, mistyped', () => {
  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['--check', '--clean'], '--check and --clean exclude each other'],
    [['--check', '--renew'], '--check takes no other option'],
    [['--clean', '--export', 'folder'], '--clean takes no other option'],
    [['--export', ''], '--export needs a folder'],
    [['--export'], "Option '--export <value>' argument missing"],
    [['localhost'], "Unexpected argument 'localhost'"],
  ])('%j', async (args, sentence) => {
    const store = new TemporaryStore();
    const stderr = `windhover dev-certs: ${sentence}. See windhover dev-certs --help.\n`;
    expect(await run(store, ...args)).toEqual({ exitCode: 2, stdout: '', stderr });
    expect(developmentCertificate(store)).toBeUndefined();
  });

  it('--help fits a terminal and names every option', async () => {
    const { exitCode, stdout } = await run(new TemporaryStore(), '--check', '--help');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const option of ['--check', '--clean', '--export', '--name', '--renew', '--help']) {
      expect(stdout).toContain(option);
    }
  });
});
