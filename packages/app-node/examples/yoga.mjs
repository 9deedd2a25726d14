/* @ts-nocheck: the types of graphql-yoga bring those of browsers with them, which change the types of the whole program. */
import { createServer } from '@windhover/app-node';
import { createSchema, createYoga } from 'graphql-yoga';

const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs: 'type Query { hello(name: String!): String! } type Subscription { count: Int! }',
    resolvers: {
      Query: { hello: (_source, { name }) => `Hello, ${name}!` },
      Subscription: {
        count: {
          subscribe: async function* () {
            for (const count of [1, 2]) yield { count };
          },
        },
      },
    },
  }),
});
const server = createServer(yoga);
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address();

const ask = async (query, accept) => {
  const headers = { 'content-type': 'application/json', accept };
  const body = JSON.stringify({ query });
  return (await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body })).text();
};
console.log(await ask('{ hello(name: "Ada") }', 'application/json'));
const events = await ask('subscription { count }', 'text/event-stream');
console.log(events.match(/"count":\d/g));
await server[Symbol.asyncDispose]();
// {"data":{"hello":"Hello, Ada!"}}
// [ '"count":1', '"count":2' ]
