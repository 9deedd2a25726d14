import { type Http2ErrorCode, Http2Error } from './errors.ts';

/** States of a stream (RFC 9113 5.1). The reserved ones are left out: this server never pushes. */
export const StreamState = { idle: 0, open: 1, halfClosedLocal: 2, halfClosedRemote: 3, closed: 4 } as const;

export type StreamState = (typeof StreamState)[keyof typeof StreamState];

/** What moves a stream, seen from the server. `receive` is the client's doing, `send` ours. */
export const StreamEvent = {
  receiveHeaders: 0,
  receiveData: 1,
  /** The END_STREAM flag, after the frame that has it. */
  receiveEnd: 2,
  receiveReset: 3,
  receiveWindowUpdate: 4,
  sendHeaders: 5,
  sendData: 6,
  sendEnd: 7,
  sendReset: 8,
} as const;

export type StreamEvent = (typeof StreamEvent)[keyof typeof StreamEvent];

type StateName = keyof typeof StreamState;
type EventName = keyof typeof StreamEvent;

/**
 * The diagram of RFC 9113 5.1 as a table: the next state, or the error that the client has made. An event of ours that is
 * absent would be a defect of the server.
 *
 * `closed` is a stream that both sides have ended, or that the client has reset. A stream that *we* have reset stays in
 * the client's view for a while, and its frames are ignored without a look at this table (RFC 9113 5.1, closed).
 */
export const streamTransitions: Readonly<Record<StateName, Partial<Record<EventName, StateName | Http2ErrorCode>>>> = {
  idle: {
    receiveHeaders: 'open',
    receiveData: 'HTTP2_STREAM_IDLE',
    receiveEnd: 'HTTP2_STREAM_IDLE',
    receiveReset: 'HTTP2_STREAM_IDLE',
    receiveWindowUpdate: 'HTTP2_STREAM_IDLE',
  },
  open: {
    receiveHeaders: 'open',
    receiveData: 'open',
    receiveEnd: 'halfClosedRemote',
    receiveReset: 'closed',
    receiveWindowUpdate: 'open',
    sendHeaders: 'open',
    sendData: 'open',
    sendEnd: 'halfClosedLocal',
    sendReset: 'closed',
  },
  halfClosedLocal: {
    receiveHeaders: 'halfClosedLocal',
    receiveData: 'halfClosedLocal',
    receiveEnd: 'closed',
    receiveReset: 'closed',
    receiveWindowUpdate: 'halfClosedLocal',
    sendReset: 'closed',
  },
  halfClosedRemote: {
    receiveHeaders: 'HTTP2_STREAM_HALF_CLOSED',
    receiveData: 'HTTP2_STREAM_HALF_CLOSED',
    receiveEnd: 'HTTP2_STREAM_HALF_CLOSED',
    receiveReset: 'closed',
    receiveWindowUpdate: 'halfClosedRemote',
    sendHeaders: 'halfClosedRemote',
    sendData: 'halfClosedRemote',
    sendEnd: 'closed',
    sendReset: 'closed',
  },
  closed: {
    receiveHeaders: 'HTTP2_STREAM_CLOSED',
    receiveData: 'HTTP2_STREAM_CLOSED',
    receiveEnd: 'HTTP2_STREAM_CLOSED',
    // Frames that may have crossed the end of the stream.
    receiveReset: 'closed',
    receiveWindowUpdate: 'closed',
  },
};

const stateNames = Object.keys(StreamState) as StateName[];
const eventNames = Object.keys(StreamEvent) as EventName[];

/** The table by numbers: `[state * events + event]`. */
const compiled: readonly (StreamState | Http2ErrorCode | undefined)[] = stateNames.flatMap((state) =>
  eventNames.map((event) => {
    const next = streamTransitions[state][event];
    return next !== undefined && Object.hasOwn(StreamState, next)
      ? StreamState[next as StateName]
      : (next as Http2ErrorCode | undefined);
  }),
);

/**
 * The state after an event.
 *
 * @throws Http2Error `HTTP2_STREAM_IDLE`, `HTTP2_STREAM_HALF_CLOSED`, `HTTP2_STREAM_CLOSED`
 */
export const nextStreamState = (state: StreamState, event: StreamEvent): StreamState => {
  const next = compiled[state * eventNames.length + event];
  if (typeof next === 'number') return next;
  if (next === undefined) throw new TypeError(`a stream that is ${stateNames[state]} cannot ${eventNames[event]}`);
  throw new Http2Error(next);
};
