import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, NotFoundException, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type RequestListener, createServer } from '@windhover/app-node';

class Users {
  find(id: string) {
    if (id === '0') throw new NotFoundException('no such user');
    return { id };
  }
}
class App {
  readonly name = 'users';
}

/* The decorators of Nest as calls, for TypeScript that only has its types erased. */
Param('id')(Users.prototype, 'find', 0);
Get('users/:id')(Users.prototype, 'find', Object.getOwnPropertyDescriptor(Users.prototype, 'find')!);
Controller()(Users);
Module({ controllers: [Users] })(App);

const app = await NestFactory.create(App, new ExpressAdapter(), { logger: false });
await app.init();
const server = createServer(app.getHttpAdapter().getInstance() as RequestListener);
await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;

console.log(await (await fetch(`http://127.0.0.1:${port}/users/7`)).text());
console.log(await (await fetch(`http://127.0.0.1:${port}/users/0`)).text());
await server[Symbol.asyncDispose]();
await app.close();
// {"id":"7"}
// {"message":"no such user","error":"Not Found","statusCode":404}
