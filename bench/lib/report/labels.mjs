/** Labels for subjects whose file name is not enough. */
const labels = new Map([
  ['net-floor', 'floor: node:net'],
  ['net-floor-reused', 'floor, reused buffer'],
  ['routes-floor', 'floor: node:net'],
  ['unix-floor', 'floor: node:net'],
  ['tls-floor', 'floor: node:tls'],
  ['windhover-server', 'Windhover, bare'],
  ['windhover-hosting', 'Windhover'],
  ['windhover-hosting-async', 'Windhover, async'],
  ['windhover-builder', 'Windhover, createBuilder'],
  ['windhover-command', 'Windhover, command'],
  ['tls-node-https', 'node:https'],
  ['h2-node-http2', 'node:http2'],
  ['ws-node-http', 'ws on node:http'],
  ['static-fastify', '@fastify/static'],
  ['fetch-windhover', 'Windhover, Response'],
  ['fetch-windhover-fast', 'Windhover, FastResponse'],
  ['fetch-srvx', 'srvx'],
  ['fetch-hono-node-server', '@hono/node-server'],
  ['h2tls-windhover-http1', 'Windhover, HTTP/1.1'],
]);

/** Words with a fixed spelling. */
const words = new Map([
  ['windhover', 'Windhover'],
  ['node-http', 'node:http'],
  ['kestrel', 'Kestrel'],
  ['fastify', 'Fastify'],
  ['express', 'Express'],
  ['koa', 'Koa'],
  ['hono', 'Hono'],
  ['bun', 'Bun'],
  ['deno', 'Deno'],
  ['uws', 'uWebSockets.js'],
]);

/** The label of a subject in a report. @param {string} subject */
export function labelOf(subject) {
  const known = labels.get(subject);
  if (known !== undefined) return known;
  const own = subject.replace(/^(static|tls|ws|h2|h2tls|unix|routes|middleware|router)-/, '');
  const [first = own] = [...words.keys()].filter((word) => own === word || own.startsWith(`${word}-`));
  const name = words.get(first);
  if (name === undefined) return own;
  const rest = own.slice(first.length + 1).replaceAll('-', ' ');
  return rest === ''
    ? name
    : `${name}, ${rest === 'node' ? 'on node:http' : rest === 'windhover' ? 'on Windhover' : rest}`;
}

/** The role of a subject in a chart. @param {string} subject @returns {'floor' | 'own' | 'peer'} */
export const roleOf = (subject) =>
  subject.includes('floor') ? 'floor' : subject.includes('windhover') ? 'own' : 'peer';
