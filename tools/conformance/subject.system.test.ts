import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket } from '../../packages/websockets/node_modules/ws/wrapper.mjs';
import { Child } from '../test-support/child.ts';

const subject = fileURLToPath(new URL('subject.mjs', import.meta.url));

/** The lines that the contract server prints until it listens or exits, and its exit code if it exits. */
const start = async (urls: string): Promise<{ lines: string[]; code: number | null }> => {
  const child = spawn(process.execPath, [subject, '--urls', urls], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const until = new Promise<void>((resolve) => {
    const collect = (text: Buffer): void => {
      output += String(text);
      if (/^(listening|error) .*\n/m.test(output)) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  await until;
  child.kill('SIGTERM');
  const [code] = await exited;
  return { lines: output.split('\n').filter((line) => /^(listening|error) /.test(line)), code };
};

describe('the contract server on addresses', () => {
  it('prints each address that it listens on', async () => {
    const { lines, code } = await start('http://127.0.0.1:0;http://localhost:0');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^listening http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(lines[1]).toMatch(/^listening http:\/\/localhost:[1-9]\d*$/);
    expect(code).toBe(0);
  });

  it('with a throw-away certificate on those with https', async () => {
    const { lines, code } = await start('http://127.0.0.1:0;https://localhost:0');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^listening https:\/\/localhost:[1-9]\d*$/);
    expect(code).toBe(0);
  });

  it.each([
    ['http://127.0.0.1:NOTAPORT', 'ADDRESS_PORT_INVALID'],
    ['https://127.0.0.1:NOTAPORT', 'ADDRESS_PORT_INVALID'],
    ['http://1.2.3.4:18081', 'TRANSPORT_ADDRESS_NOT_AVAILABLE'],
    ['http://unix:/no/such/folder/s.sock', 'TRANSPORT_PATH_NOT_FOUND'],
  ])('%s: error %s, and it exits', async (urls, code) => {
    const started = await start(urls);
    expect(started.lines[0]).toMatch(new RegExp(`^error ${code}: \\S.+`));
    expect(started.code).toBe(1);
  });
});

describe('the contract server on /ws', () => {
  it.each([
    ['as it is', [], ''],
    ['compressed', ['--deflate'], 'permessage-deflate'],
  ])('a message of 17 MiB comes back %s, text as text and binary as binary', async (_name, options, extensions) => {
    await using child = new Child([subject, '--port', '0', ...options]);
    const [, address] = await child.waitFor(/listening http(\S+)/);
    const socket = new WebSocket(`ws${address}/ws`, { maxPayload: 17 * 1024 * 1024 });
    await once(socket, 'open');
    expect(socket.extensions).toBe(extensions);
    for (const message of ['a'.repeat(17 * 1024 * 1024), Buffer.alloc(17 * 1024 * 1024)]) {
      socket.send(message);
      const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
      expect(isBinary).toBe(typeof message !== 'string');
      expect(data.equals(Buffer.from(message))).toBe(true);
    }
    socket.terminate();
  });
});
