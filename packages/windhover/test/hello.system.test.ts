import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { get } from './responses.ts';

const sample = fileURLToPath(new URL('../examples/hello/main.ts', import.meta.url));
const stripTypes = process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings'];
const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
const socketPath = join(folder, 'hello.sock');

let child: Child;
let port: string;

beforeAll(async () => {
  child = new Child([...stripTypes, sample, '--urls', `http://localhost:0;http://unix:${socketPath}`]);
  await child.waitFor(/Application started\./);
  port = (await child.waitFor(/Now listening on: http:\/\/localhost:(\d+)/))[1]!;
});

afterAll(async () => {
  child.kill('SIGTERM');
  await child.exited;
  rmSync(folder, { recursive: true });
});

describe.skipIf(process.platform === 'win32')('the hello sample', () => {
  it('shows who hosts it and where that listens, as text/html', async () => {
    const { status, contentType, text } = await get(`http://127.0.0.1:${port}/`);
    expect([status, contentType]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('Hosted by Windhover');
    expect(text).toContain(`<li>http://localhost:${port}</li>\n      <li>http://unix:${socketPath}</li>`);
  });

  it('is reached over IPv4, IPv6 and the unix socket, and shows the URL that was asked for', async () => {
    expect((await get(`http://127.0.0.1:${port}/four`)).text).toContain(`http://127.0.0.1:${port}/four</p>`);
    expect((await get(`http://[::1]:${port}/six`)).text).toContain(`http://[::1]:${port}/six</p>`);
    expect((await get('http://localhost/unix', socketPath)).text).toContain('http://localhost/unix</p>');
  });

  it('escapes what was asked for', async () => {
    const { text } = await get(`http://127.0.0.1:${port}/%3Cscript%3E%27?a=1&b=2`);
    expect(text).toContain('/&lt;script&gt;&#39;?a=1&amp;b=2');
    expect(text).not.toContain('<script>');
  });
});
