import { once } from 'node:events';
import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import windhover from '../../src/index.ts';
import { whileListening } from '../support/while-listening.ts';
import { type Ability, applications } from './applications.ts';

/** The part of a response that is compared. */
const seen = async (response: Response, ...fields: string[]) => ({
  status: response.status,
  fields: Object.fromEntries(fields.map((name) => [name, response.headers.get(name)])),
  content: await response.text(),
});

interface Check {
  readonly needs: Ability;
  readonly does: string;
  readonly run: (url: string) => Promise<unknown>;
  /** What every framework answers. What it answers in its own way is compared between the servers. */
  readonly gives: object;
}

const post = (url: string, body: string, type: string) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

const file = (url: string, headers: Record<string, string>) =>
  fetch(`${url}/files/module.ts`, { headers: { 'accept-encoding': 'identity', ...headers } });

const text = 'export const answer: number = 42;\n';
const big = 'x'.repeat(200_000);

const checks: readonly Check[] = [
  {
    needs: 'routes',
    does: 'a route with a parameter',
    run: async (url) => seen(await fetch(`${url}/users/7`)),
    gives: { status: 200, content: '{"id":"7"}' },
  },
  {
    needs: 'routes',
    does: 'HEAD of a route',
    run: async (url) => seen(await fetch(`${url}/users/7`, { method: 'HEAD' }), 'content-type', 'etag'),
    gives: { status: 200, content: '' },
  },
  {
    needs: 'routes',
    does: 'a path without a route',
    run: async (url) => seen(await fetch(`${url}/nowhere`), 'content-type'),
    gives: { status: 404 },
  },
  {
    needs: 'json',
    does: 'JSON that comes back',
    run: async (url) => seen(await post(`${url}/json`, '{"a":[1]}', 'application/json'), 'content-type'),
    gives: { status: 201, content: '{"a":[1]}' },
  },
  {
    needs: 'json',
    does: 'malformed JSON',
    run: async (url) => seen(await post(`${url}/json`, '{"a":', 'application/json')),
    gives: { status: 400 },
  },
  {
    needs: 'content',
    does: 'content that the handler reads as a stream',
    run: async (url) => seen(await post(`${url}/size`, big, 'application/octet-stream')),
    gives: { status: 200, content: '200000' },
  },
  {
    needs: 'errors',
    does: 'a handler that fails',
    run: async (url) => seen(await fetch(`${url}/fails`)),
    gives: { status: 500, content: 'not today' },
  },
  {
    needs: 'cookies',
    does: 'a cookie',
    run: async (url) => {
      const response = await fetch(`${url}/cookie`);
      return { cookies: response.headers.getSetCookie().filter((line) => line.startsWith('a=')) };
    },
    gives: { cookies: [expect.stringMatching(/^a=1; path=\/$/i)] },
  },
  {
    needs: 'events',
    does: 'events that are sent one by one',
    run: async (url) => {
      const received: string[] = [];
      const response = await fetch(`${url}/events`);
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        // The second event is sent when the first one has arrived.
        if (received.push(piece) === 1) await (await fetch(`${url}/next`)).text();
      }
      return { type: response.headers.get('content-type'), received };
    },
    gives: { type: expect.stringMatching(/^text\/event-stream/), received: ['data: 1\n\n', 'data: 2\n\n'] },
  },
  {
    needs: 'files',
    does: 'a file',
    run: async (url) => seen(await file(url, {}), 'content-type', 'etag', 'last-modified'),
    gives: { status: 200, content: text },
  },
  {
    needs: 'files',
    does: 'a range of a file',
    run: async (url) => seen(await file(url, { range: 'bytes=0-5' }), 'content-range', 'content-length'),
    gives: {
      status: 206,
      fields: { 'content-range': `bytes 0-5/${text.length}`, 'content-length': '6' },
      content: 'export',
    },
  },
  {
    needs: 'files',
    does: 'a file that does not exist, and one outside of the folder',
    run: async (url) =>
      Promise.all(
        ['none.ts', '..%2fpackage.json', '%2e%2e/package.json'].map(async (name) => {
          const { status } = await fetch(`${url}/files/${name}`);
          return status === 200;
        }),
      ),
    gives: [false, false, false],
  },
  {
    needs: 'uploads',
    does: 'a form with a file',
    run: async (url) => {
      const form = new FormData();
      form.set('file', new Blob([big]), 'big.txt');
      return seen(await fetch(`${url}/upload`, { method: 'POST', body: form }));
    },
    gives: { status: 200, content: '{"name":"big.txt","size":200000}' },
  },
  {
    needs: 'compression',
    does: 'compressed content',
    run: async (url) =>
      seen(await fetch(`${url}/visits`, { headers: { 'accept-encoding': 'gzip' } }), 'content-encoding'),
    gives: { status: 200, fields: { 'content-encoding': 'gzip' }, content: 'visit 1' },
  },
  {
    needs: 'sessions',
    does: 'a session over two requests',
    run: async (url) => {
      const first = await fetch(`${url}/visits`);
      const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
      const second = await fetch(`${url}/visits`, { headers: { cookie } });
      return [await first.text(), await second.text()];
    },
    gives: ['visit 1', 'visit 2'],
  },
];

const echoOverWebSocket = async (url: string): Promise<string> => {
  const client = new WebSocket(url.replace('http', 'ws'));
  await once(client, 'open');
  client.send('hello');
  const [data] = (await once(client, 'message')) as [Buffer];
  client.close();
  await once(client, 'close');
  return data.toString();
};

const servers = { 'node:http': http, Windhover: windhover as unknown as typeof http };

/** Runs a check on an application of its own. */
const outcome = async (name: string, module: typeof http, run: (url: string) => Promise<unknown>) => {
  const server = await applications[name]!.make(module);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data as Buffer)));
  return whileListening(server, (port) => run(`http://127.0.0.1:${port}`).finally(() => sockets.close()));
};

describe.each(Object.keys(applications))('%s, on node:http and on Windhover', (name) => {
  const { abilities } = applications[name]!;
  const ofThis = checks.filter(({ needs }) => abilities.includes(needs)).map((check) => [check.does, check] as const);

  it.each(ofThis)('%s', async (_, { run, gives }) => {
    const node = await outcome(name, servers['node:http'], run);
    const ours = await outcome(name, servers.Windhover, run);
    expect(ours).toMatchObject(gives);
    expect(ours).toEqual(node);
  });

  it('a WebSocket', async () => {
    for (const module of Object.values(servers)) {
      expect(await outcome(name, module, echoOverWebSocket)).toBe('hello');
    }
  });
});
