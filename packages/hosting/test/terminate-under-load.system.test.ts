import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { until } from '../../../tools/test-support/until.ts';

const fixture = fileURLToPath(new URL('fixtures/host.mjs', import.meta.url));

/** The result of one client that sends requests repeatedly over one connection. */
interface Client {
  answered: number;
  /** Its last answer said `connection: close`. */
  wasToldToClose: boolean;
  /** Codes of errors: requests that were sent and not answered. */
  readonly lost: string[];
}

const get = (url: string, agent: Agent): Promise<{ readonly closes: boolean }> =>
  new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve({ closes: response.headers.connection === 'close' }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });

/** Sends requests, with a pause of 0 to 4 ms after each response, until a response has `Connection: close`. */
const ask = async (url: string, pauseOf: () => number): Promise<Client> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const client: Client = { answered: 0, wasToldToClose: false, lost: [] };
  try {
    while (!client.wasToldToClose && client.lost.length === 0) {
      try {
        const { closes } = await get(url, agent);
        client.answered++;
        client.wasToldToClose = closes;
      } catch (error) {
        client.lost.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
      await delay(pauseOf());
    }
  } finally {
    agent.destroy();
  }
  return client;
};

describe.skipIf(process.platform === 'win32')('kill -TERM under load', () => {
  it('50 kept-alive clients: no request is lost, each receives Connection: close, and the exit code is 0', async () => {
    await using child = new Child([fixture]);
    const [, address] = await child.waitFor(/Now listening on: (\S+)/);
    const load = { asked: 0 };
    const clients = Array.from({ length: 50 }, () => ask(`${address}/`, () => load.asked++ % 5));
    await until(() => load.asked >= 2000);
    child.kill('SIGTERM');
    const results = await Promise.all(clients);
    expect(results.flatMap(({ lost }) => lost)).toEqual([]);
    expect(results.filter(({ wasToldToClose }) => !wasToldToClose)).toEqual([]);
    expect(await child.exited).toBe(0);
  });
});
