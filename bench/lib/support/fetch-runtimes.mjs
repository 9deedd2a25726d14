// Bun and Deno as subjects: each runs a fetch handler on its own server.
import { fileURLToPath } from 'node:url';
import { becomeProgram } from './peer.mjs';

const fileOf = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

const handlers = {
  fetchGreeting: new URL('fetch-greeting.mjs', import.meta.url).href,
  fetchRoutes: new URL('fetch-routes.mjs', import.meta.url).href,
};

/** @typedef {keyof typeof handlers} HandlerName */

/** @param {HandlerName} handler */
const environment = (handler) => ({ HANDLER: handler, HANDLER_MODULE: handlers[handler] });

/** Replaces this process with Bun. Does not return. @param {HandlerName} handler */
export const becomeBun = (handler) =>
  becomeProgram('bun', '@oven/*/bin/bun', [fileOf('../peers/bun-server.mjs')], environment(handler));

/** Replaces this process with Deno. Does not return. @param {HandlerName} handler */
export const becomeDeno = (handler) => {
  const flags = ['run', '--quiet', '--no-config', '--no-lock', '--allow-all'];
  return becomeProgram('deno', '@deno/*/deno', [...flags, fileOf('../peers/deno-server.mjs')], environment(handler));
};
