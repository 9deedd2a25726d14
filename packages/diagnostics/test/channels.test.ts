import diagnosticsChannel from 'node:diagnostics_channel';
import { PassThrough } from 'node:stream';
import { fromDuplex } from '@windhover/connections';
import { type ChannelName, channels, subscribe } from '@windhover/diagnostics';
import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';

const readme = new Readme(import.meta.url);
const connection = fromDuplex(new PassThrough());

describe('channels', () => {
  it('the README lists every channel, and no other', () => {
    const names = readme.plainTableUnder('Channels').map(([name]) => name);
    expect(names).toEqual(Object.keys(channels));
  });

  it.each(Object.keys(channels) as ChannelName[])('%s is the channel of Node.js with this name', (name) => {
    expect(channels[name]).toBe(diagnosticsChannel.channel(name));
  });
});

describe('subscribe', () => {
  it('each subscriber receives the messages of its channel until the subscription is disposed of', () => {
    const received: string[] = [];
    const subscription = subscribe({
      'windhover:connection:accepted': () => void received.push('accepted'),
      'windhover:connection:closed': ({ error }) => void received.push(`closed ${error?.message}`),
    });
    channels['windhover:connection:accepted'].publish({ connection });
    channels['windhover:connection:closed'].publish({ connection, error: new Error('reset') });
    subscription[Symbol.dispose]();
    channels['windhover:connection:accepted'].publish({ connection });
    expect(received).toEqual(['accepted', 'closed reset']);
    expect(channels['windhover:connection:accepted'].hasSubscribers).toBe(false);
  });

  it('the same function subscribed twice is called twice, and one end leaves the other subscription', () => {
    let count = 0;
    const handlers = { 'windhover:tls:start': () => void count++ };
    const first = subscribe(handlers);
    using _second = subscribe(handlers);
    channels['windhover:tls:start'].publish({ connection });
    first[Symbol.dispose]();
    channels['windhover:tls:start'].publish({ connection });
    expect(count).toBe(3);
  });
});

describe('subscribe refuses', () => {
  it.each<[title: string, wrong: object, message: RegExp]>([
    [
      'an unknown channel',
      { 'windhover:tls:started': () => {} },
      /^There is no channel "windhover:tls:started"; the channels are windhover:connection:accepted, /,
    ],
    [
      'what is no function',
      { 'windhover:tls:end': 5 },
      /^The subscriber of windhover:tls:end must be a function; received a value of the type number\.$/,
    ],
  ])('%s, and subscribes to none', (_title, wrong, message) => {
    const subscribers = { 'windhover:tls:start': () => {}, ...wrong };
    expect(() => subscribe(subscribers)).toThrow(TypeError);
    expect(() => subscribe(subscribers)).toThrow(message);
    expect(channels['windhover:tls:start'].hasSubscribers).toBe(false);
  });
});

describe('README', () => {
  it('shows the example that is in the package, and what it prints', async () => {
    await expect(readme.expectExample('examples/rejections.ts')).resolves.toBeUndefined();
  });
});
