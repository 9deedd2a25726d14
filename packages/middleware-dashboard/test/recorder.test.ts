import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishInventedRequests, publishRequest } from '../../../tools/test-support/request-message.ts';
import { Recorder } from '../src/processes/recorder.ts';

let recorder: Recorder;

beforeEach(() => {
  recorder = new Recorder(() => ({ current: 0, upgraded: 0 }));
});

afterEach(() => recorder[Symbol.dispose]());

/** The routes of the snapshot with their numbers of requests. */
const routes = (): Record<string, number> =>
  Object.fromEntries(Object.entries(recorder.snapshot().routes).map(([name, { count }]) => [name, count]));

it('100,000 methods, paths and hosts that clients invent are two routes', () => {
  publishInventedRequests(100_000, '/users/:id');
  expect(routes()).toEqual({ 'other method /users/:id': 50_000, 'no route': 50_000 });
});

it('routes are at most 200: the requests of others share one, and none is lost', () => {
  for (let at = 0; at < 1000; at++) publishRequest(`/route-${at}`);
  const all = routes();
  expect(Object.keys(all)).toHaveLength(201);
  expect(all['other']).toBe(800);
});
