import 'reflect-metadata';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type http from 'node:http';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import compression from 'compression';
import connect from 'connect';
import express from 'express';
import session from 'express-session';
import fastify from 'fastify';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { streamSSE } from 'hono/streaming';
import Koa from 'koa';
import multer from 'multer';

/** What an application of `applications` answers. */
export type Ability =
  | 'routes'
  | 'json'
  | 'content'
  | 'errors'
  | 'cookies'
  | 'events'
  | 'files'
  | 'uploads'
  | 'compression'
  | 'sessions';

export interface Application {
  readonly abilities: readonly Ability[];
  /** Makes the server with `createServer` of a module. It does not listen yet. */
  readonly make: (module: Pick<typeof http, 'createServer'>) => Server | Promise<Server>;
}

/** The folder that the applications serve below `/files`. */
export const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Lets a client decide when the second event is sent. */
class Gate {
  #open: (() => void) | undefined;

  wait(): Promise<void> {
    return new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open?.();
  }
}

const sendEvents = async (response: ServerResponse, gate: Gate): Promise<void> => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-transform' });
  response.write('data: 1\n\n');
  await gate.wait();
  response.end('data: 2\n\n');
};

const sizeOf = async (content: AsyncIterable<Uint8Array>): Promise<number> => {
  let size = 0;
  for await (const piece of content) size += piece.length;
  return size;
};

const sendSize = (request: IncomingMessage, response: ServerResponse): void => {
  void sizeOf(request).then((size) => response.end(`${size}`));
};

interface Visitor {
  visits?: number;
}

const countVisit = (request: IncomingMessage): string => {
  const visitor = (request as IncomingMessage & { session: Visitor }).session;
  visitor.visits = (visitor.visits ?? 0) + 1;
  return `visit ${visitor.visits}`;
};

const visitors = () => session({ secret: 'test', resave: false, saveUninitialized: true });

const expressApplication = (): express.Express => {
  const gate = new Gate();
  const app = express();
  app.use(compression({ threshold: 0 }), visitors());
  app.use('/files', express.static(folder));
  app.get('/users/:id', (request, response) => void response.json({ id: request.params.id }));
  app.post('/json', express.json(), (request, response) => void response.status(201).json(request.body));
  app.post('/size', sendSize);
  app.get('/fails', () => Promise.reject(new Error('not today')));
  app.get('/cookie', (_, response) => void response.cookie('a', '1').send('set'));
  app.get('/visits', (request, response) => void response.send(countVisit(request)));
  app.get('/events', (_, response) => sendEvents(response, gate));
  app.get('/next', (_, response) => (gate.open(), response.send('sent')));
  app.post('/upload', multer({ storage: multer.memoryStorage() }).single('file'), ({ file }, response) => {
    response.json({ name: file?.originalname, size: file?.size });
  });
  const answerError: express.ErrorRequestHandler = (error: Error & { status?: number }, _request, response, _next) => {
    response.status(error.status ?? 500).send(error.message);
  };
  app.use(answerError);
  return app;
};

const connectApplication = (): connect.Server => {
  const gate = new Gate();
  const app = connect();
  app.use(compression({ threshold: 0 }) as connect.HandleFunction);
  app.use(visitors() as unknown as connect.NextHandleFunction);
  app.use('/files', express.static(folder) as connect.HandleFunction);
  app.use('/users', (request, response) => response.end(JSON.stringify({ id: request.url!.slice(1) })));
  app.use('/size', sendSize);
  app.use('/fails', () => {
    throw new Error('not today');
  });
  app.use('/visits', (request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(countVisit(request));
  });
  app.use('/events', (_, response) => void sendEvents(response, gate));
  app.use('/next', (_, response) => (gate.open(), response.end('sent')));
  app.use(((error: Error, _request: IncomingMessage, response: ServerResponse, _next: unknown) => {
    response.statusCode = 500;
    response.end(error.message);
  }) as connect.ErrorHandleFunction);
  return app;
};

const koaApplication = (): Koa => {
  const gate = new Gate();
  const app = new Koa();
  app.silent = true;
  app.use(async (context) => {
    const { path, method } = context;
    if (path.startsWith('/users/')) context.body = { id: path.slice(7) };
    else if (path === '/size' && method === 'POST') context.body = `${await sizeOf(context.req)}`;
    else if (path === '/fails') context.throw(500, 'not today', { expose: true });
    else if (path === '/cookie') context.cookies.set('a', '1', { httpOnly: false });
    else if (path === '/next') gate.open();
    if (path === '/cookie' || path === '/next') context.body = path === '/next' ? 'sent' : 'set';
    if (path !== '/events') return;
    context.respond = false;
    await sendEvents(context.res, gate);
  });
  return app;
};

const makeFastify: Application['make'] = async (module) => {
  const gate = new Gate();
  let server: Server | undefined;
  const app = fastify({ serverFactory: (handler) => (server = module.createServer(handler)) });
  app.addContentTypeParser('application/octet-stream', (_request: unknown, content: IncomingMessage) =>
    sizeOf(content),
  );
  await app.register(fastifyStatic, { root: folder, prefix: '/files/' });
  app.get<{ Params: { id: string } }>('/users/:id', (request) => ({ id: request.params.id }));
  app.post('/json', async (request, reply) => reply.code(201).send(request.body));
  app.post('/size', (request) => Promise.resolve(String(request.body)));
  app.get('/fails', () => Promise.reject(new Error('not today')));
  app.get('/events', (_, reply) => (reply.hijack(), sendEvents(reply.raw, gate)));
  app.get('/next', () => (gate.open(), Promise.resolve('sent')));
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) =>
    reply.code(error.statusCode ?? 500).send(error.message),
  );
  await app.ready();
  return server!;
};

const honoApplication = (): Hono => {
  const gate = new Gate();
  const app = new Hono();
  app.get('/users/:id', (context) => context.json({ id: context.req.param('id') }));
  app.post('/json', async (context) => context.json(await context.req.json<object>(), 201));
  app.post('/size', async (context) => context.text(`${(await context.req.arrayBuffer()).byteLength}`));
  app.get('/fails', () => Promise.reject(new Error('not today')));
  app.get('/cookie', (context) => (setCookie(context, 'a', '1'), context.text('set')));
  app.get('/events', (context) =>
    streamSSE(context, async (stream) => {
      await stream.writeSSE({ data: '1' });
      await gate.wait();
      await stream.writeSSE({ data: '2' });
    }),
  );
  app.get('/next', (context) => (gate.open(), context.text('sent')));
  app.post('/upload', async (context) => {
    const { file } = await context.req.parseBody();
    const { name, size } = file as File;
    return context.json({ name, size });
  });
  app.use('/files/*', serveStatic({ root: folder, rewriteRequestPath: (path) => path.slice('/files'.length) }));
  app.onError((error, context) => context.text(error.message, error instanceof SyntaxError ? 400 : 500));
  return app;
};

const makeNest: Application['make'] = async (module) => {
  class Users {
    find(id: string) {
      return { id };
    }
  }
  class Root {
    readonly name = 'root';
  }
  // The decorators of Nest as calls, for TypeScript that only has its types erased.
  Param('id')(Users.prototype, 'find', 0);
  Get('users/:id')(Users.prototype, 'find', Object.getOwnPropertyDescriptor(Users.prototype, 'find')!);
  Controller()(Users);
  Module({ controllers: [Users] })(Root);
  const app = express();
  const middleware = expressApplication();
  // Nest has the routes, and its middleware the rest.
  app.use((request, response, next) => {
    if (/^\/(?:users|nowhere)/.test(request.url)) next();
    else void middleware(request, response, next);
  });
  const nest = await NestFactory.create(Root, new ExpressAdapter(app), { logger: false });
  await nest.init();
  return module.createServer(app);
};

const all: readonly Ability[] = [
  'routes',
  'json',
  'content',
  'errors',
  'cookies',
  'events',
  'files',
  'uploads',
  'compression',
  'sessions',
];

const without = (...left: readonly Ability[]): readonly Ability[] => all.filter((ability) => !left.includes(ability));

/** The same routes in each framework, as far as it has them itself or by its usual middleware. */
export const applications: Readonly<Record<string, Application>> = {
  'Express 5': { abilities: all, make: ({ createServer }) => createServer(expressApplication()) },
  Connect: {
    abilities: without('json', 'cookies', 'uploads'),
    make: ({ createServer }) => createServer(connectApplication()),
  },
  'Koa 3': {
    abilities: without('json', 'files', 'uploads', 'compression', 'sessions'),
    make: ({ createServer }) => createServer(koaApplication().callback() as RequestListener),
  },
  'Fastify 5': { abilities: without('cookies', 'uploads', 'compression', 'sessions'), make: makeFastify },
  'NestJS 11': { abilities: all, make: makeNest },
  'Hono, by its adapter for Node.js': {
    abilities: without('compression', 'sessions'),
    make: ({ createServer }) =>
      createAdaptorServer({
        fetch: honoApplication().fetch,
        createServer: createServer as never,
        // The adapter replaces the global Request and Response, which tests in the same process use.
        overrideGlobalObjects: false,
      }) as Server,
  },
};
