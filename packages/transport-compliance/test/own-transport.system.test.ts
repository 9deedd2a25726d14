import { readFileSync } from 'node:fs';
import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { formatEndpoint } from '@windhover/connections';
import { describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { loadSources } from '../../../tools/test-support/load-sources.ts';
import { Readme } from '../../../tools/test-support/readme.ts';
import { askOverStdio } from '../examples/ask-over-stdio.ts';
import { StreamTransport } from '../examples/stream-transport.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = new Readme(import.meta.url, 'WRITE-YOUR-OWN-TRANSPORT.md');
const codeOf = (path: string): string => readFileSync(at(path), 'utf8');

/** The code with the imports of a user who has installed the packages; in this tree they would create an import cycle. */
const installed = (code: string): string =>
  code.replaceAll(/'(?:\.\.\/){3}([\w-]+)\/src\/index\.ts'/g, "'@windhover/$1'").replaceAll('../../examples/', './');

describe('the page', () => {
  it.each([
    ['the wire', codeOf('../examples/wire.ts')],
    ['the transport', codeOf('../examples/stream-transport.ts')],
    ['the checks', codeOf('../examples/stream-transport.compliance.ts')],
    ['the server', installed(codeOf('fixtures/stdio-server.ts'))],
    ['its client', codeOf('../examples/ask-over-stdio.ts')],
  ])('shows %s as it is', (_what, code) => {
    expect(page.text).toContain(`\`\`\`ts\n${code}\`\`\``);
  });
});

describe('the transport of the page', () => {
  it('passes every check, in a test runner other than ours', { timeout: 60_000 }, async () => {
    const program = at('../examples/stream-transport.compliance.ts');
    await using child = new Child([...loadSources, '--test', '--test-reporter=tap', program]);
    expect({ code: await child.exited, output: child.output }).toMatchObject({ code: 0 });
    expect(child.output).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(child.output)?.[1])).toBeGreaterThan(50);
  });

  it('a name without a listener: CONNECTION_REFUSED is thrown and the stream is destroyed', () => {
    const [stream] = duplexPair();
    expect(() => new StreamTransport().serve('nobody', stream)).toThrow(
      expect.objectContaining({ code: 'CONNECTION_REFUSED' }),
    );
    expect(stream.destroyed).toBe(true);
  });

  it('a listener that was unbound does not take the name from the next one', async () => {
    const transport = new StreamTransport();
    const endpoint = { kind: 'x-stream', name: 'busy' } as const;
    const first = await transport.bind(endpoint, () => undefined);
    await first.unbind();
    await using second = await transport.bind(endpoint, () => undefined);
    await first.unbind();
    await expect(transport.bind(second.endpoint, () => undefined)).rejects.toMatchObject({
      code: 'TRANSPORT_ADDRESS_IN_USE',
      message: expect.stringContaining(formatEndpoint(endpoint)) as string,
    });
  });
});

describe('an HTTP server over the stdio of a child process', () => {
  it('answers, and the process exits when the connection closes', async () => {
    const answer = await askOverStdio(process.execPath, [...loadSources, at('fixtures/stdio-server.ts')], '/stdio');
    const [head, content] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(content).toBe('You asked for /stdio');
  });

  it('refuses what is not HTTP', async () => {
    await using child = new Child([...loadSources, at('fixtures/stdio-server.ts')], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.process.stdin!.end('nonsense\r\n\r\n');
    expect(await child.exited).toBe(0);
    expect(child.output).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});
