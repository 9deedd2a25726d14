// Requests per second of a test server against light-my-request, for the same (req, res) handler, in turns.
// node bench/test-server.mjs [seconds of each burst] [bursts]
import { performance } from 'node:perf_hooks';
import { TestServer } from '@windhover/testing';
import inject from 'light-my-request';
import { median } from './lib/figures/statistics.mjs';

const [seconds = 1, bursts = 5] = process.argv.slice(2).map(Number);

const listener = (request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(`Hello ${request.url}`);
};

const node = await TestServer.start(listener);
const context = await TestServer.start(({ request, response }) => response.send(`Hello ${request.target}`));
const fetching = await TestServer.start({ fetch: (request) => new Response(`Hello ${request.url}`) });

/** @type {Record<string, () => Promise<string>>} each sends one request and reads the whole response */
const subjects = {
  'light-my-request': async () => (await inject(listener, { method: 'GET', url: '/tea' })).payload,
  'TestServer, (req, res)': async () => (await node.fetch('/tea')).text(),
  'TestServer, handler': async () => (await context.fetch('/tea')).text(),
  'TestServer, { fetch }': async () => (await fetching.fetch('/tea')).text(),
};

/** @param {() => Promise<string>} request @param {number} atOnce requests in flight */
async function requestsPerSecond(request, atOnce) {
  let count = 0;
  const end = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      if (!(await request()).startsWith('Hello ')) throw new Error('a wrong answer');
      count++;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, client));
  return (count / (performance.now() - start)) * 1000;
}

for (const atOnce of [1, 16]) {
  /** @type {Record<string, number[]>} */
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let burst = 0; burst <= bursts; burst++) {
    for (const [name, request] of Object.entries(subjects)) {
      const rate = await requestsPerSecond(request, atOnce);
      if (burst > 0) results[name].push(rate); // the first burst warms up
    }
  }
  const base = median(results['light-my-request']);
  console.log(`${atOnce} at once: requests/s, and multiples of light-my-request`);
  for (const [name, rates] of Object.entries(results)) {
    const rate = median(rates);
    console.log(`  ${name.padEnd(24)} ${Math.round(rate).toString().padStart(7)}  ${(rate / base).toFixed(2)}`);
  }
}
await Promise.all([node, context, fetching].map((server) => server.stop()));
