import { TestServer } from '@windhover/testing';
import express from 'express';

const app = express();
app.get('/hello/:name', (request, response) => {
  response.json({ hello: request.params.name });
});

const server = await TestServer.start(app);
const response = await server.fetch('/hello/Ada');
console.log(response.status, await response.json());
await server.stop();
// 200 { hello: 'Ada' }
