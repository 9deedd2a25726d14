import { describe, expect, it } from 'vitest';
import {
  StreamEvent,
  StreamState,
  nextStreamState,
  streamTransitions,
  Http2Error,
  http2Errors,
} from '../src/codec/index.ts';

const states = Object.keys(StreamState) as (keyof typeof StreamState)[];
const events = Object.keys(StreamEvent) as (keyof typeof StreamEvent)[];
const pairs = states.flatMap((state) => events.map((event) => [state, event] as const));

/** The state by its name, or the code of the error. */
const after = (state: keyof typeof StreamState, event: keyof typeof StreamEvent): string => {
  try {
    return states[nextStreamState(StreamState[state], StreamEvent[event])]!;
  } catch (error) {
    return error instanceof Http2Error ? error.code : 'a defect';
  }
};

describe('RFC 9113 5.1 stream states', () => {
  it.each(pairs)('%s, %s: as the table says', (state, event) => {
    expect(after(state, event)).toBe(streamTransitions[state][event] ?? 'a defect');
  });

  it('every event of the client has an entry in every state', () => {
    const missing = pairs.filter(
      ([state, event]) => event.startsWith('receive') && !(event in streamTransitions[state]),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    ['a request and its response', ['receiveHeaders', 'receiveEnd', 'sendHeaders', 'sendData', 'sendEnd'], 'closed'],
    ['a response before the end of the request', ['receiveHeaders', 'sendHeaders', 'sendEnd'], 'halfClosedLocal'],
    [
      'and then the end of the request',
      ['receiveHeaders', 'sendHeaders', 'sendEnd', 'receiveData', 'receiveEnd'],
      'closed',
    ],
    ['trailers', ['receiveHeaders', 'receiveData', 'receiveHeaders', 'receiveEnd'], 'halfClosedRemote'],
    ['cancelled by the client', ['receiveHeaders', 'receiveReset'], 'closed'],
    ['reset after both ends', ['receiveHeaders', 'receiveEnd', 'sendEnd', 'receiveReset'], 'closed'],
  ] as const)('%s', (_title, path, end) => {
    let state: StreamState = StreamState.idle;
    for (const event of path) state = nextStreamState(state, StreamEvent[event]);
    expect(states[state]).toBe(end);
  });
});

describe('errors', () => {
  it('each has a section and a message, and its scope decides whether the stream or the connection ends', () => {
    for (const [code, { scope, source, message }] of Object.entries(http2Errors)) {
      const error = new Http2Error(code as keyof typeof http2Errors);
      expect(error.isConnectionError).toBe(scope === 'connection');
      expect(error.message).toBe(`${message} (${source})`);
      expect(source).toMatch(/^RFC \d{4} \d/);
    }
  });
});
