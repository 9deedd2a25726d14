import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Bundle } from '../../../tools/test-support/bundle.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { fakeTls } from './support/fake-tls.ts';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { addAddresses, echoTarget, makeServer, stopServers } from './support/server.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let folder: string;
let taken: number;
let free: number;
const others: Server[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
  chmodSync(folder, 0o755);
  taken = await freePort();
  free = await freePort();
  for (const where of [{ host: '127.0.0.1', port: taken }, { path: join(folder, 'live.sock') }]) {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(where, listening));
    others.push(other);
  }
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'closed'), { mode: 0o755 });
});

afterEach(stopServers);

afterAll(async () => {
  await Promise.all(others.map((other) => new Promise((closed) => other.close(closed))));
  rmSync(folder, { recursive: true });
});

/** Replaces the placeholders by the ports and the folder of this run. */
const filled = (text: string): string =>
  text.replaceAll('TAKEN', String(taken)).replaceAll('FREE', String(free)).replaceAll('FOLDER', folder);

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });

describe('a start that cannot bind says what to do, and leaves nothing bound', () => {
  it.each<[says: string, addresses: string, code: string, advice: RegExp]>([
    ['a port in use', 'http://127.0.0.1:TAKEN', 'TRANSPORT_ADDRESS_IN_USE', /Stop the program .* choose another port/],
    ['a port in use on one loopback', 'http://localhost:TAKEN', 'TRANSPORT_ADDRESS_IN_USE', /choose another port/],
    ['the same address twice', 'http://127.0.0.1:FREE;http://127.0.0.1:FREE', 'SERVER_ADDRESS_TWICE', /remove one/],
    ['localhost beside 127.0.0.1', 'http://127.0.0.1:FREE;http://localhost:FREE', 'SERVER_ADDRESS_TWICE', /remove one/],
    ['every interface beside one', 'http://127.0.0.1:FREE;http://*:FREE', 'SERVER_ADDRESS_TWICE', /remove one/],
    [
      'http and https on one port',
      'http://127.0.0.1:FREE;https://127.0.0.1:FREE',
      'SERVER_ADDRESS_SHARED_BY_SCHEMES',
      /another port/,
    ],
    ['an address of another machine', 'http://192.0.2.1:FREE', 'TRANSPORT_ADDRESS_NOT_AVAILABLE', /network interfaces/],
    ['a socket that is listened on', 'http://unix:FOLDER/live.sock', 'TRANSPORT_ADDRESS_IN_USE', /choose another path/],
    [
      'a unix socket twice',
      'http://unix:FOLDER/a.sock;http://unix:FOLDER/a.sock',
      'SERVER_ADDRESS_TWICE',
      /remove one/,
    ],
    [
      'a unix socket twice, by another path',
      'http://unix:FOLDER/a.sock;http://unix:FOLDER/closed/../a.sock',
      'SERVER_ADDRESS_TWICE',
      /remove one/,
    ],
    ['a path that is too long', `http://unix:FOLDER/${'x'.repeat(108)}`, 'ADDRESS_PATH_TOO_LONG', /107 bytes/],
    [
      'a directory that is missing',
      'http://unix:FOLDER/missing/a.sock',
      'TRANSPORT_PATH_NOT_FOUND',
      /Create the directory/,
    ],
    ['a directory that is a file', 'http://unix:FOLDER/file/a.sock', 'TRANSPORT_PATH_NOT_FOUND', /another path/],
    ['a file in the way', 'http://unix:FOLDER/file', 'TRANSPORT_PATH_NOT_A_SOCKET', /remove what is there/],
  ])('%s: %s', async (_, addresses, code, advice) => {
    const { server, warnings } = makeServer({ useHttps: (endpoint) => void endpoint.useTls(fakeTls()) });
    addAddresses(server, ...filled(addresses).split(';'));
    await expect(server.start(echoTarget)).rejects.toMatchObject({ code, message: expect.stringMatching(advice) });
    expect(warnings).toEqual([]);
    expect(await listens(free)).toBe(false);
    expect(existsSync(join(folder, 'a.sock'))).toBe(false);
    expect(server.endpoints).toEqual([]);
  });

  it('an address used twice: the message names both endpoints and the cause is the error of the system', async () => {
    const { server } = makeServer();
    server.listen({ kind: 'ip', address: '127.0.0.1', port: free }, (options) => void (options.name = 'web'));
    server.listen({ kind: 'ip', address: '0.0.0.0', port: free }, (options) => void (options.name = 'wide'));
    await expect(server.start(echoTarget)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^http://0\\.0\\.0\\.0:${free} and http://127\\.0\\.0\\.1:${free}: `)),
      cause: { code: 'TRANSPORT_ADDRESS_IN_USE' },
    });
  });
});

const bundle = await Bundle.of(at('fixtures/listening-server.mjs'));
afterAll(() => bundle[Symbol.dispose]());
// The program also runs as another user.
chmodSync(dirname(bundle.path), 0o755);
const listening = [process.execPath, bundle.path];

/** Runs a program to its end. @returns the lines it printed */
const linesOf = async ([program, ...args]: string[], uid?: number): Promise<string[]> => {
  const child = spawn(program!, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: folder,
    ...(uid && { uid, gid: uid }),
  });
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  await new Promise((closed) => child.on('close', closed));
  return output.trimEnd().split('\n');
};

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const firstFreePort = (): number => {
  const setting = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
  return existsSync(setting) ? Number(readFileSync(setting, 'utf8')) : 0;
};

describe.skipIf(!isRoot || firstFreePort() <= 80)('a server without privileges (needs root to drop them)', () => {
  it.each([
    ['a low port', 'http://127.0.0.1:80', /port of 1024 or above, .*CAP_NET_BIND_SERVICE/],
    ['a low port of localhost', 'http://localhost:80', /port of 1024 or above, .*CAP_NET_BIND_SERVICE/],
    ['a directory that is not writable', 'http://unix:FOLDER/closed/a.sock', /may write to the directory/],
  ])('%s: TRANSPORT_PERMISSION_DENIED', async (_, address, advice) => {
    const [line] = await linesOf([...listening, filled(address)], nobody);
    expect(line).toMatch(/^error TRANSPORT_PERMISSION_DENIED: Cannot listen on /);
    expect(line).toMatch(advice);
  });
});

const [ip, unshare, sysctl] = ['ip', 'unshare', 'sysctl'].map(findProgram);
const hasPrograms = isRoot && ip !== undefined && unshare !== undefined && sysctl !== undefined;
const hasNamespaces = hasPrograms && spawnSync(unshare, ['-n', 'true']).status === 0;

/** The output lines of a server in its own network namespace, after commands that change it. */
const inNetwork = (commands: string[], addresses: string): Promise<string[]> =>
  linesOf([unshare!, '-n', 'sh', '-ec', [...commands, `exec "$@"`].join('\n'), 'sh', ...listening, addresses]);

describe.skipIf(!hasNamespaces)('localhost and every interface (needs root, ip, unshare and sysctl)', () => {
  const up = `${ip} link set lo up`;
  const noIPv6 = `${sysctl} -qw net.ipv6.conf.all.disable_ipv6=1`;
  const noIPv4 = `${ip} addr del 127.0.0.1/8 dev lo`;

  it('both families: one port on both loopback addresses', async () => {
    const lines = await inNetwork([up], 'http://localhost:5000;http://*:5001');
    expect(lines).toEqual([
      'listening http://localhost:5000',
      'listening http://[::]:5001',
      'answer 127.0.0.1 /up',
      'answer ::1 /up',
      'answer :: /up',
    ]);
  });

  it.each([
    ['IPv6', noIPv6, '127.0.0.1', '[::1]'],
    ['IPv4', noIPv4, '::1', '127.0.0.1'],
  ])('no %s: information, and the other one serves', async (_, command, there, missing) => {
    const [information, ...lines] = await inNetwork([up, command], 'http://localhost:5000');
    expect(information).toMatch(
      new RegExp(`^information localhost:5000 is bound on ${there} only\\. Cannot listen on `),
    );
    expect(information).toContain(`Cannot listen on ${missing}:5000`);
    expect(lines).toEqual(['listening http://localhost:5000', `answer ${there} /up`]);
  });

  it('no IPv6: every interface takes IPv4', async () => {
    const lines = await inNetwork([up, noIPv6], 'http://*:5000');
    expect(lines[0]).toMatch(/^listening http:\/\/(?:\[::\]|0\.0\.0\.0):5000$/);
    expect(lines[1]).toMatch(/^answer (?:::|0\.0\.0\.0) \/up$/);
  });

  it('neither: SERVER_LOOPBACK_UNAVAILABLE', async () => {
    const [line] = await inNetwork([up, noIPv4, noIPv6], 'http://localhost:5000');
    expect(line).toMatch(/^error SERVER_LOOPBACK_UNAVAILABLE: localhost:5000: .* enable the loopback interface/);
  });
});
