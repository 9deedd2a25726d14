import { once } from 'node:events';
import { createReadStream, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import express from 'express';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { createServer } from '../src/index.ts';
import { whileListening } from './support/while-listening.ts';

const folder = mkdtempSync(join(tmpdir(), 'app-node-vanishing-'));
const file = join(folder, 'large');
writeFileSync(file, Buffer.alloc(8 * 2 ** 20, 'x'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files of the folder that the process has open. */
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`) === file;
    } catch {
      return false;
    }
  }).length;

const count = (kind: string): number => process.getActiveResourcesInfo().filter((each) => each === kind).length;

/** Timers that handlers have started and not cleared. Those of the test runner come and go. */
let timers = 0;

const held = () => ({ files: openFiles(), sockets: count('TCPSocketWrap'), timers });

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

interface Stage {
  readonly name: string;
  readonly sent: string;
  readonly handler: Handler;
  /** The client vanishes when it has received so many bytes. */
  readonly receives?: number;
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const upload = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nthe beginning';

/** Events until the client is gone, with a timer of its own, as code for `node:http` writes them. */
const events: Handler = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  const timer = setInterval(() => response.write('data: more\n\n'), 5);
  timers++;
  request.on('close', () => (clearInterval(timer), timers--));
};

const sendFile = express().get('/', (_request, response) => response.sendFile(file));

const stages: Stage[] = [
  { name: 'in the head', sent: 'GET / HTTP/1.1\r\nHo', handler: () => {} },
  { name: 'before the response', sent: get, handler: () => {} },
  { name: 'while the handler waits', sent: get, handler: (_, response) => once(response, 'close') },
  {
    name: 'in an upload that is read',
    sent: upload,
    handler: (request) => pipeline(request, async (all) => void (await all.toArray())),
  },
  { name: 'in an upload that is left unread', sent: upload, handler: () => {} },
  {
    name: 'in an upload that is echoed',
    sent: upload,
    handler: (request, response) => pipeline(request, response),
    receives: 1,
  },
  {
    name: 'in a download that is piped',
    sent: get,
    handler: (_, response) => pipeline(createReadStream(file), response),
    receives: 1,
  },
  { name: 'in a download of Express', sent: get, handler: sendFile, receives: 1 },
  { name: 'between events', sent: get, handler: events, receives: 1 },
];

/** Ends one client in the middle. @param seen whether the server has noticed it */
const vanish = async ({ sent, receives = 0 }: Stage, port: number, seen: () => boolean): Promise<void> => {
  const client = connect(port, '127.0.0.1').on('error', () => {});
  let received = 0;
  if (receives > 0) client.on('data', (bytes) => void ((received += bytes.length), client.pause()));
  client.write(sent);
  await until(() => seen() && received >= receives);
  client.resetAndDestroy();
};

describe('a client that vanishes', () => {
  it.each(stages.map((stage) => [stage.name, stage] as const))(
    '%s: no open file, socket, timer or promise stays',
    async (_, stage) => {
      let started = 0;
      let pending = 0;
      let connections = 0;
      const server = createServer((request, response) => {
        started++;
        const returned: unknown = stage.handler(request, response);
        if (!(returned instanceof Promise)) return;
        pending++;
        const settled = (): void => void pending--;
        returned.then(settled, settled);
      });
      server.on('connection', (socket: Socket) => {
        connections++;
        socket.on('close', () => connections--);
      });
      await whileListening(server, async (port) => {
        // What exists as long as the server does is made by its first turn.
        await delay(0);
        const before = held();
        const isHead = stage.sent !== get && stage.sent !== upload;
        for (let client = 1; client <= 3; client++) {
          await vanish(stage, port, () => (isHead ? connections > 0 : started === client));
          await until(() => connections === 0);
        }
        await until(() => pending === 0 && JSON.stringify(held()) === JSON.stringify(before));
        expect({ pending, ...held() }).toEqual({ pending: 0, ...before });
      });
    },
  );

  it('after an upgrade: the socket of the listener closes', async () => {
    const server = createServer();
    let closed = 0;
    server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
      socket.on('error', () => {}).on('close', () => closed++);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    });
    await whileListening(server, async (port) => {
      const before = held();
      const client = connect(port, '127.0.0.1').on('error', () => {});
      client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      await once(client, 'data');
      client.resetAndDestroy();
      await until(() => closed === 1 && held().sockets === before.sockets);
      expect(closed).toBe(1);
    });
  });
});
