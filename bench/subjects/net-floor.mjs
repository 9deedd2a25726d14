// The floor: one connection handler on node:net with a canned response. It only looks for the ends of heads.
import { createServer } from 'node:net';
import { canned } from '../lib/support/canned.mjs';

createServer({ noDelay: true }, canned).listen({
  port: Number(process.env.PORT),
  host: '127.0.0.1',
  backlog: 1024,
});
