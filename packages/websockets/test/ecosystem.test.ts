import { once } from 'node:events';
import { Server as EngineServer } from 'engine.io';
import { Socket as EngineClient } from 'engine.io-client';
import { GraphQLObjectType, GraphQLSchema, GraphQLString, execute, subscribe, validate } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { nodeUpgrade } from '@windhover/app-node';
import { until } from '../../../tools/test-support/until.ts';
import { serve, stopServers } from './support/server.ts';

afterEach(stopServers);

describe('graphql-ws', () => {
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { hello: { type: GraphQLString, resolve: () => 'world' } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        greetings: {
          type: GraphQLString,
          subscribe: async function* () {
            for (const greetings of ['Hi', 'Bonjour', 'Ciao']) yield { greetings };
          },
        },
      },
    }),
  });

  it('answers a query and a subscription on an accepted WebSocket', async () => {
    // graphql-ws listens to a server of ws; it gets the WebSockets that were accepted here.
    const sockets = new WebSocketServer({ noServer: true });
    const graphql = useServer({ schema, execute, subscribe, validate }, sockets);
    const server = await serve(
      async ({ webSockets }) => {
        sockets.emit('connection', await webSockets.accept(), { headers: {} });
      },
      { protocols: ['graphql-transport-ws'] },
    );
    const client = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
    const greetings: unknown[] = [];
    for await (const { data } of client.iterate({ query: 'subscription { greetings }' })) greetings.push(data);
    expect(greetings).toEqual([{ greetings: 'Hi' }, { greetings: 'Bonjour' }, { greetings: 'Ciao' }]);
    for await (const { data } of client.iterate({ query: '{ hello }' })) expect(data).toEqual({ hello: 'world' });
    await client.dispose();
    await graphql.dispose();
  });
});

describe('engine.io, the engine of socket.io, through nodeUpgrade', () => {
  const engineServer = async (options: ConstructorParameters<typeof EngineServer>[0] = {}) => {
    const engine = new EngineServer({ transports: ['websocket'], ...options });
    const server = await serve(async ({ features }) => {
      const { request, socket, head, answered } = nodeUpgrade(features);
      engine.handleUpgrade(request, socket, head);
      await answered;
    });
    return { engine, server };
  };

  it('exchanges messages with its client', async () => {
    const { engine, server } = await engineServer();
    const addresses: string[] = [];
    engine.on('connection', (socket) => {
      addresses.push(socket.remoteAddress);
      socket.on('message', (message: string) => socket.send(`you said ${message}`));
    });
    const client = new EngineClient(`ws://127.0.0.1:${server.port}`, { transports: ['websocket'] });
    await new Promise<void>((resolve) => void client.on('open', () => resolve()));
    const answer = new Promise((resolve) => void client.on('message', resolve));
    client.send('hello');
    expect(await answer).toBe('you said hello');
    expect(addresses).toEqual(['127.0.0.1']);
    client.close();
    await until(() => server.server.upgradedConnectionCount === 0);
    engine.close();
  });

  it('a refusal of engine.io is the response of the request', async () => {
    const { engine, server } = await engineServer({
      allowRequest: (_request, done) => setImmediate(done, 'no', false),
    });
    const client = await server.raw();
    expect(await client.upgrade({}, 'GET /engine.io/?EIO=4&transport=websocket HTTP/1.1')).toBe(400);
    expect(client.field('content-type')).toEqual(['text/html']);
    expect(server.errors).toEqual([]);
    engine.close();
  });
});

describe('a server of ws, through nodeUpgrade', () => {
  it('handles the upgrade as on node:http, and sees method, target and fields of the request', async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const server = await serve(async ({ features }) => {
      const { request, socket, head, answered } = nodeUpgrade(features);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const { method, url, headers, socket } = request;
        webSocket.send(JSON.stringify([method, url, headers['x-a'], socket.remoteAddress]));
      });
      await answered;
    });
    const client = new WebSocket(`ws://127.0.0.1:${server.port}/path?q`, { headers: { 'X-A': ['1', '2'] } });
    expect(String((await once(client, 'message'))[0])).toBe(JSON.stringify(['GET', '/path?q', '1, 2', '127.0.0.1']));
    client.terminate();
  });
});
