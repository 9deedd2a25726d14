// The floor over a unix socket, like net-floor.
import { createServer } from 'node:net';
import { canned } from '../lib/support/canned.mjs';

createServer(canned).listen({ path: process.env.SOCKET_PATH, backlog: 1024 });
