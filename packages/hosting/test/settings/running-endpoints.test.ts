import { createServer } from 'node:net';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '@windhover/configuration';
import { until } from '../../../../tools/test-support/until.ts';
import { CertificateAuthority } from '../../../tls/test/support/certificates.ts';
import { RunningHost, certificateName, isListening } from './support/running-host.ts';
import { SettingsFolder } from './support/settings-folder.ts';

const authority = await CertificateAuthority.create();

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

const writeCertificate = async (name: string): Promise<{ path: string; keyPath: string }> => {
  const { certificate, key } = await authority.issue({ commonName: name, names: ['localhost', '127.0.0.1'] });
  folder.write(`${name}.pem`, certificate);
  folder.write(`${name}.key`, key);
  return { path: `${name}.pem`, keyPath: `${name}.key` };
};

const configure = (endpoints: object): void => void folder.write('windhover.json', { server: { endpoints } });
const free = 'http://127.0.0.1:0';

const textAt = async (address: string): Promise<string> => (await fetch(address)).text();

const get = (url: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    })
      .on('error', reject)
      .end();
  });

describe('endpoints of settings', () => {
  it('listen under their names from the start', async () => {
    configure({ one: { url: free }, two: { url: 'http://localhost:0' }, all: { url: 'http://*:0' } });
    await host.start();
    expect(host.server.endpoints.map(({ name }) => name)).toEqual(['one', 'two', 'all']);
    expect(await textAt(host.address('one'))).toBe('hello');
  });

  it('come after the endpoints of the program, which no change touches', async () => {
    const { server } = host;
    const ofProgram = server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
    configure({ one: { url: free }, two: { url: free } });
    await host.start();
    const two = host.address('two');
    await host.nextChange(() => configure({ two: { url: free }, three: { url: free } }));
    expect(server.endpoints.map(({ name }) => name)).toEqual([ofProgram.name, 'two', 'three']);
    expect([server.endpoints[0], host.address('two')]).toEqual([ofProgram, two]);
  });
});

describe('a change of the file', () => {
  it('adds an endpoint', async () => {
    configure({ one: { url: free } });
    await host.start();
    const kept = host.address('one');
    const changes = await host.nextChange(() => configure({ one: { url: free }, two: { url: free } }));
    expect(changes.added.map(({ name }) => name)).toEqual(['two']);
    expect(await textAt(host.address('two'))).toBe('hello');
    expect(host.address('one')).toBe(kept);
  });

  it('removes an endpoint and asks its connections to close', async () => {
    configure({ one: { url: free }, two: { url: free } });
    await host.start();
    const gone = host.address('two');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await get(gone, agent);
    const changes = await host.nextChange(() => configure({ one: { url: free } }));
    expect((await get(gone, agent)).headers.connection).toBe('close');
    await changes.drained;
    agent.destroy();
    expect(await isListening(gone)).toBe(false);
    expect(host.server.endpoints.map(({ name }) => name)).toEqual(['one']);
  });

  it('puts another certificate on the same port', async () => {
    const first = await writeCertificate('first');
    configure({ web: { url: 'https://127.0.0.1:0', certificate: first } });
    await host.start();
    const { port } = new URL(host.address('web'));
    const url = `https://127.0.0.1:${port}`;
    expect(await certificateName(url)).toBe('first');
    const certificate = await writeCertificate('second');
    const changes = await host.nextChange(() => configure({ web: { url, certificate } }));
    expect(changes.changed).toHaveLength(1);
    expect(await certificateName(url)).toBe('second');
  });

  it('every interface to 0.0.0.0 of the same port: SERVER_ADDRESS_HELD, and the old endpoint goes on', async () => {
    configure({ one: { url: 'http://*:0' } });
    await host.start();
    const { port } = new URL(host.address('one'));
    const change = host.nextChange(() => configure({ one: { url: `http://0.0.0.0:${port}` } }));
    await expect(change).rejects.toMatchObject({
      code: 'SERVER_ADDRESS_HELD',
      message: expect.stringContaining(
        `http://0.0.0.0:${port} and http://[::]:${port}: this server listens on the second address`,
      ),
    });
    expect(await textAt(`http://127.0.0.1:${port}`)).toBe('hello');
  });

  it('refuses no client while an endpoint changes on its address', async () => {
    configure({ one: { url: free } });
    await host.start();
    const url = host.address('one');
    const done = new AbortController();
    const answers: string[] = [];
    const clients = (async () => {
      while (!done.signal.aborted) answers.push(await textAt(url));
    })();
    for (let limit = 1000; limit < 1010; limit++) {
      const before = answers.length;
      await host.nextChange(() => configure({ one: { url, limits: { maxConcurrentConnections: limit } } }));
      await until(() => answers.length > before);
    }
    done.abort();
    await clients;
    expect(new Set(answers)).toEqual(new Set(['hello']));
  });

  it('moves an address from one endpoint to another', async () => {
    configure({ one: { url: free } });
    await host.start();
    const url = host.address('one');
    const changes = await host.nextChange(() => configure({ other: { url } }));
    expect([changes.added.length, changes.removed.length]).toEqual([1, 1]);
    expect(host.server.endpoints.map(({ name, address }) => [name, address])).toEqual([['other', url]]);
  });

  it('follows again after another one', async () => {
    configure({ one: { url: free } });
    await host.start();
    await host.nextChange(() => configure({ two: { url: free } }));
    await host.nextChange(() => configure({ two: { url: free }, three: { url: free } }));
    expect(host.server.endpoints.map(({ name }) => name)).toEqual(['two', 'three']);
  });
});

describe('a change that cannot be made leaves everything as it was', () => {
  const addresses = (): readonly (readonly [string, string])[] =>
    host.server.endpoints.map(({ name, address }) => [name, address] as const);

  it('a file that is malformed', async () => {
    configure({ one: { url: free } });
    await host.start();
    const before = addresses();
    const change = host.nextChange(() => folder.write('windhover.json', '{ "server": { "endpoints": '));
    await expect(change).rejects.toBeInstanceOf(ConfigurationError);
    expect(addresses()).toEqual(before);
  });

  it('a certificate that is not there: the old endpoint does not even stop listening', async () => {
    const certificate = await writeCertificate('first');
    configure({ web: { url: 'https://127.0.0.1:0', certificate } });
    await host.start();
    const [endpoint] = host.server.endpoints;
    const url = endpoint!.address;
    const change = host.nextChange(() => configure({ web: { url, certificate: { path: 'none.pem' } } }));
    await expect(change).rejects.toMatchObject({ code: 'TLS_FILE_NOT_FOUND' });
    expect(host.server.endpoints).toEqual([endpoint]);
    expect(await certificateName(url)).toBe('first');
  });

  describe('a port that another program has', () => {
    const taken = createServer();
    let url: string;
    beforeEach(async () => {
      taken.listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const address = taken.address();
      url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    });
    afterEach(() => void taken.close());

    it('for one endpoint more', async () => {
      configure({ one: { url: free } });
      await host.start();
      const before = addresses();
      const change = host.nextChange(() => configure({ one: { url: free }, two: { url: free }, three: { url } }));
      await expect(change).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
      expect(addresses()).toEqual(before);
    });

    it('for one that changes, while another one goes', async () => {
      configure({ one: { url: free }, two: { url: free } });
      await host.start();
      const [one, two] = [host.address('one'), host.address('two')];
      configure({ one: { url: one }, two: { url: two } });
      await host.nextChange(() => configure({ one: { url: one }, two: { url: two } }));
      const change = host.nextChange(() => configure({ one: { url } }));
      await expect(change).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
      expect(new Map(addresses())).toEqual(
        new Map([
          ['one', one],
          ['two', two],
        ]),
      );
      expect(await textAt(one)).toBe('hello');
      expect(await textAt(two)).toBe('hello');
    });

    it('for one that changes: it has not stopped listening, keeps its connections, and the next change works', async () => {
      configure({ one: { url: free } });
      await host.start();
      const [endpoint] = host.server.endpoints;
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      await get(endpoint!.address, agent);
      for (const more of ['', ' ']) {
        const change = host.nextChange(() =>
          folder.write('windhover.json', `{"server":{"endpoints":{"one":{"url":"${url}"}}}}${more}`),
        );
        await expect(change).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
      }
      expect(host.server.endpoints).toEqual([endpoint]);
      expect((await get(endpoint!.address, agent)).headers.connection).not.toBe('close');
      agent.destroy();
      await new Promise((closed) => taken.close(closed));
      await host.nextChange(() => configure({ one: { url } }));
      expect(await textAt(url)).toBe('hello');
    });
  });
});
