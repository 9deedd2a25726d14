import { Agent, request } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../tls/test/support/certificates.ts';
import { RunningHost, certificateName, isListening } from './support/running-host.ts';
import { SettingsFolder } from './support/settings-folder.ts';

/** Clients that ask again and again over kept connections, and a new one for every tenth request. */
class Load {
  readonly lost: string[] = [];
  answered = 0;
  /** Answers after which the server closed the connection. */
  closed = 0;
  readonly #url: string;
  readonly #running: Promise<void>[];
  #isOver = false;

  constructor(url: string, clients: number) {
    this.#url = url;
    this.#running = Array.from({ length: clients }, () => this.#run());
  }

  async #run(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; !this.#isOver; count++) {
      try {
        await this.#ask(count % 10 === 9 ? undefined : agent);
      } catch (error) {
        this.lost.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
    }
    agent.destroy();
  }

  #ask(agent: Agent | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      request(this.#url, { agent: agent ?? false }, (response) => {
        response.resume();
        response.on('error', reject).on('end', () => {
          this.answered++;
          if (agent !== undefined && response.headers.connection === 'close') this.closed++;
          resolve();
        });
      })
        .on('error', reject)
        .end();
    });
  }

  /** Resolves after so many answers more. */
  async answers(count: number): Promise<void> {
    const enough = this.answered + count;
    while (this.answered < enough && this.lost.length === 0) await nextTurn();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }
}

describe('windhover.json is edited under load', () => {
  let folder: SettingsFolder;
  let host: RunningHost;
  beforeEach(() => {
    folder = new SettingsFolder();
    host = new RunningHost(folder.path);
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('to add, change and remove endpoints: the one that is unchanged loses no request and closes no connection', async () => {
    const authority = await CertificateAuthority.create();
    for (const name of ['first', 'second']) {
      const { certificate, key } = await authority.issue({ commonName: name });
      folder.write(`${name}.pem`, `${certificate}\n${key}`);
    }
    const configure = (endpoints: object): void => void folder.write('windhover.json', { server: { endpoints } });
    const kept = { url: 'http://127.0.0.1:0' };
    configure({ kept, secure: { url: 'https://127.0.0.1:0', certificate: { path: 'first.pem' } } });
    await host.start();
    const secureUrl = host.address('secure');
    const load = new Load(host.address('kept'), 20);
    await load.answers(200);

    const added = { url: 'http://127.0.0.1:0' };
    const secure = { url: 'https://127.0.0.1:0', certificate: { path: 'first.pem' } };
    await host.nextChange(() => configure({ kept, secure, added }));
    await load.answers(200);
    expect(await isListening(host.address('added'))).toBe(true);

    const other = { url: secureUrl, certificate: { path: 'second.pem' } };
    await host.nextChange(() => configure({ kept, secure: other, added }));
    await load.answers(200);
    expect(await certificateName(secureUrl)).toBe('second');

    const gone = host.address('added');
    const { drained } = await host.nextChange(() => configure({ kept, secure: other }));
    await load.answers(200);
    await drained;
    expect(await isListening(gone)).toBe(false);

    await load.end();
    expect([load.lost, load.closed]).toEqual([[], 0]);
  });
});
