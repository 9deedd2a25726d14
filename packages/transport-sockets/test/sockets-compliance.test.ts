// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { transportCompliance } from '@windhover/transport-compliance';
import { SocketTransport, connectSocket } from '@windhover/transport-sockets';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
let paths = 0;

const ipSubject = (address: string) => ({
  transport: new SocketTransport(),
  endpoint: () => ({ kind: 'ip', address, port: 0 }) as const,
  connect: connectSocket,
});

const unixSubject = {
  transport: new SocketTransport(),
  endpoint: () => ({ kind: 'unix', path: join(folder, `${++paths}.sock`) }) as const,
  connect: connectSocket,
  resets: false,
};

describe('the socket transport complies over IPv4', () => {
  for (const { name, run } of transportCompliance(ipSubject('127.0.0.1'))) it(name, run);
});

describe.skipIf(!hasIPv6)('the socket transport complies over IPv6', () => {
  for (const { name, run } of transportCompliance(ipSubject('::1'))) it(name, run);
});

describe.skipIf(process.platform === 'win32')('the socket transport complies over unix sockets', () => {
  for (const { name, run } of transportCompliance(unixSubject)) it(name, run);
});

describe.skipIf(process.platform === 'win32')('the socket transport complies without a reused read buffer', () => {
  beforeAll(() => void vi.spyOn(process, 'platform', 'get').mockReturnValue('win32'));
  afterAll(() => void vi.restoreAllMocks());
  for (const { name, run } of transportCompliance(ipSubject('127.0.0.1'))) it(name, run);
});
