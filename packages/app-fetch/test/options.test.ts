import { expect, it } from 'vitest';
import { fetchHandler } from '../src/index.ts';

it.each<[options: unknown, message: RegExp]>([
  [{ request: 'fast' }, /^fetchHandler: request must be "platform" or "lazy"; received "fast"\.$/],
  [{ requests: 'lazy' }, /^fetchHandler has no option "requests"/],
  ['lazy', /^the options of fetchHandler must be an object; received the string "lazy"\.$/],
])('options %j: TypeError', (options, message) => {
  expect(() => fetchHandler(() => new Response(''), options as never)).toThrow(TypeError);
  expect(() => fetchHandler(() => new Response(''), options as never)).toThrow(message);
});
