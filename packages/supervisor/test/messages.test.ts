import { expect, it } from 'vitest';
import { readSupervisorMessage } from '../src/messages.ts';

const welcome = { windhover: 'welcome', shutdownTimeout: 5, keys: 'AA==', addresses: ['http://a'] };

it.each<[received: unknown, message: unknown]>([
  [welcome, welcome],
  [{ ...welcome, later: 1 }, welcome],
  [
    { ...welcome, shutdownTimeout: 'x', addresses: null },
    { ...welcome, shutdownTimeout: null, addresses: [] },
  ],
  [
    { windhover: 'keys', keys: 'AA==' },
    { windhover: 'keys', keys: 'AA==' },
  ],
  [{ windhover: 'stop' }, { windhover: 'stop' }],
  [{ ...welcome, keys: 1 }, undefined],
  [{ windhover: 'keys' }, undefined],
  [{ windhover: 'later', keys: 'AA==' }, undefined],
  [null, undefined],
  ['stop', undefined],
])('a worker reads %j as %j', (received, message) => {
  expect(readSupervisorMessage(received)).toEqual(message);
});
