import { type Http2ErrorCode, Http2Error } from './errors.ts';

/** States of a stream (RFC 9113 5.1). The reserved ones are left out: this server never pushes. */
export const StreamState = { idle: 0, open: 1, halfClosedLocal: 2, halfClosedRemote: 3, closed: 4 } as const;

export type StreamState = (typeof StreamState)[keyof typeof StreamState];

/** Events that change the state of a stream: `receive` from the client, `send` from the server. */
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
 * The state diagram of RFC 9113 5.1 as a table: the next state, or the error caused by the client. A missing `send`
 * event would be a defect of the server.
 *
 * `closed` is a stream that both sides have ended, or that the client has reset. For the client, a stream that the
 * server has reset stays open for a while; its frames are ignored without this table (RFC 9113 5.1, closed).
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
    // The client may have sent these before it received the end of the stream.
    receiveReset: 'closed',
    receiveWindowUpdate: 'closed',
  },
};

const stateNames = Object.keys(StreamState) as StateName[];
const eventNames = Object.keys(StreamEvent) as EventName[];

/** The same table, indexed by `state * events + event`. */
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
