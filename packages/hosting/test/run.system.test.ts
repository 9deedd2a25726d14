import { get } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { isAlive } from '../../../tools/test-support/is-alive.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { until } from '../../../tools/test-support/until.ts';

const fixture = fileURLToPath(new URL('fixtures/host.mjs', import.meta.url));
const script = findProgram('script');
const children: Child[] = [];

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map((child) => child.exited));
});

const run = (env: Readonly<Record<string, string>> = {}): Child => {
  const child = new Child([fixture], { env });
  children.push(child);
  return child;
};

const started = async (child: Child): Promise<string> => {
  await child.waitFor(/Application started\./);
  const [, address] = await child.waitFor(/Now listening on: (\S+)/);
  return address!;
};

/** The status and content of a response, or the code of the error that ended the request. */
const answerOf = (url: string): Promise<string> =>
  new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      let text = `${response.statusCode} ${response.headers.connection} `;
      response.setEncoding('latin1').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text));
      response.on('error', (error) => resolve(error.message));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

describe.skipIf(process.platform === 'win32')('run', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)('says what it does, until %s', async (signal) => {
    const child = run();
    const address = await started(child);
    child.kill(signal);
    expect(await child.exited).toBe(0);
    expect(child.output.replace(/(pid|readyMs)=\d+/g, '$1=…')).toBe(
      [
        `Now listening on: ${address}`,
        'Application started. Press Ctrl+C to shut down.',
        `Environment: production. Content root: ${process.cwd()} pid=… readyMs=…`,
        'Application is shutting down...',
        'stopped, 0 handlers left\n',
      ].join('\n'),
    );
  });

  it('resolves when the application stops itself', async () => {
    const child = run();
    const address = await started(child);
    expect(await answerOf(`${address}/stop`)).toMatch(/^200 /);
    expect(await child.exited).toBe(0);
  });

  it('lets a running request complete, with Connection: close', async () => {
    const child = run();
    const answer = answerOf(`${await started(child)}/slow`);
    await child.waitFor(/^slow$/m);
    child.kill('SIGTERM');
    expect(await answer).toBe('200 close took its time');
    expect(await child.exited).toBe(0);
  });

  it('cuts off a handler that never ends when the shutdown timeout is over', async () => {
    const child = run({ SHUTDOWN_TIMEOUT: '50' });
    const answer = answerOf(`${await started(child)}/stuck`);
    await child.waitFor(/^stuck$/m);
    child.kill('SIGTERM');
    expect(await answer).toBe('ECONNRESET');
    expect(await child.exited).toBe(0);
    expect(child.output).toMatch(/stopped, 0 handlers left\n$/);
  });

  it('a second signal ends the process at once', async () => {
    const child = run();
    const answer = answerOf(`${await started(child)}/stuck`);
    await child.waitFor(/^stuck$/m);
    child.kill('SIGTERM');
    await child.waitFor(/shutting down/);
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    expect(child.output).not.toMatch(/stopped/);
    await answer;
  });

  it('says what it waits for and how to end at once, and the second Ctrl+C does', async () => {
    const child = run();
    const answer = answerOf(`${await started(child)}/stuck`);
    await child.waitFor(/^stuck$/m);
    child.kill('SIGINT');
    await child.waitFor(
      /^Waiting for 1 open connection on 127\.0\.0\.1:0 for up to 30 s\. Press Ctrl\+C again to end now\./m,
    );
    child.kill('SIGINT');
    expect(await child.exited).toBe(130);
    await answer;
  });

  it('a response of server-sent events that ends by the stopping signal does not delay the stop', async () => {
    const child = run();
    const answer = answerOf(`${await started(child)}/events`);
    await child.waitFor(/^events$/m);
    child.kill('SIGINT');
    expect(await answer).toMatch(/data: 1\n\n$/);
    expect(await child.exited).toBe(0);
    expect(child.output).not.toMatch(/Waiting for/);
  });

  it('a handler that keeps the process busy does not hold it past the deadline', async () => {
    const child = run({ SHUTDOWN_TIMEOUT: '50' });
    const answer = answerOf(`${await started(child)}/busy`);
    await child.waitFor(/^busy$/m);
    child.kill('SIGTERM');
    expect(await answer).toBe('ECONNRESET');
    expect(await child.exited).toBe(1);
    expect(child.output).toMatch(/stopped, 0 handlers left\n/);
    expect(child.output).toMatch(/error windhover\.host\[68\]: .* resources=\[.*"Timeout".*\]\n$/);
  });

  it('says that it is not ready, and accepts, for the drain delay', async () => {
    const child = run({ DRAIN_DELAY: '300' });
    const address = await started(child);
    child.kill('SIGTERM');
    await child.waitFor(/shutting down/);
    expect(await answerOf(`${address}/`)).toMatch(/^200 /);
    expect(await child.exited).toBe(0);
  });

  it('SIGHUP reloads', async () => {
    const child = run();
    const address = await started(child);
    child.kill('SIGHUP');
    await child.waitFor(/^hook called\nReloaded$/m);
    expect(await answerOf(`${address}/`)).toMatch(/^200 /);
  });

  it.skipIf(script === undefined)('SIGHUP on a terminal reloads, until the terminal is closed', async () => {
    const command = `${process.execPath} ${fixture}`;
    const child = new Child(['-qefc', command, '/dev/null'], { program: script! });
    children.push(child);
    const address = (await started(child)).trim();
    const pid = Number((await answerOf(`${address}/pid`)).split(' ').at(-1));
    process.kill(pid, 'SIGHUP');
    await child.waitFor(/hook called\s+Reloaded/);
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });

  it.each(['/reject', '/throw'])(
    'an error that is not caught is logged, and the host drains with exit code 1: %s',
    async (path) => {
      const child = run();
      const address = await started(child);
      const slow = answerOf(`${address}/slow`);
      await child.waitFor(/^slow$/m);
      await answerOf(address + path);
      expect(await slow).toBe('200 close took its time');
      expect(await child.exited).toBe(1);
      expect(child.output).toMatch(
        /^error windhover\.host\[65\]: .*\n {4}Error: the (promise has no handler|error has no catch)/m,
      );
      expect(child.output).toMatch(/stopped, 0 handlers left\n$/);
    },
  );

  it('with the policy crash: left to Node.js', async () => {
    const child = run({ UNHANDLED: 'crash' });
    const answer = answerOf(`${await started(child)}/throw`);
    expect(await child.exited).toBe(1);
    expect(child.output).not.toMatch(/stopped/);
    await answer;
  });

  it('a background service that fails: logged, drained, exit code 1', async () => {
    const child = run();
    const address = await started(child);
    expect(await answerOf(`${address}/fail`)).toMatch(/^200 /);
    expect(await child.exited).toBe(1);
    expect(child.output).toMatch(/^error windhover\.host\[9\]: .* service="worker"\n {4}Error: out of work/m);
  });

  it('a start that fails rejects and leaves no handlers', async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, '127.0.0.1', listening));
    try {
      const child = run({ URLS: `http://127.0.0.1:${(blocker.address() as { port: number }).port}` });
      expect(await child.exited).toBe(0);
      expect(child.output).toBe('failed with TRANSPORT_ADDRESS_IN_USE, 0 handlers left\n');
    } finally {
      blocker.close();
    }
  });

  it('a thread count starts as many processes, says once where they listen, and ends with all of them', async () => {
    const child = run({ THREADS: '2' });
    const address = await started(child);
    const pid = (await answerOf(`${address}/pid`)).split(' ').at(-1);
    expect(pid).not.toBe(String(child.process.pid));
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(child.output.match(/Now listening/g)).toHaveLength(1);
  });

  it('an application of several processes that stops itself ends all of them', async () => {
    const child = run({ THREADS: '2' });
    await answerOf(`${await started(child)}/stop`);
    expect(await child.exited).toBe(0);
  });

  it('processes that cannot start say why once, and the exit code is 1', async () => {
    const child = run({ THREADS: '2', URLS: 'http://127.0.0.1:99999' });
    expect(await child.exited).toBe(1);
    expect(child.output.match(/failed with ADDRESS_PORT_RANGE/g)).toHaveLength(1);
  });
});
