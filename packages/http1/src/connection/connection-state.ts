/**
 * The states of an HTTP/1.1 connection on a server, in order: from `finishing` on, received bytes are dropped, and from
 * `aborted` on, nothing can be sent.
 */
export const ConnectionState = {
  /** The next request head is read. */
  awaitingRequest: 0,
  /** Requests have been received and wait for a later turn of the event loop. */
  awaitingTurn: 1,
  /** The application answers a request. */
  answering: 2,
  /** The request is answered. Content that the application left unread is read and dropped. */
  discarding: 3,
  /** The last response has been written, and the client has not read all of it. Received bytes are dropped. */
  finishing: 4,
  /** The application has upgraded the connection, and has not started the new one. */
  upgraded: 5,
  /** Another receiver owns the connection: a new protocol, or the lingering close. */
  handedOver: 6,
  /** The connection is being reset; only `closed` can follow. */
  aborted: 7,
  closed: 8,
} as const;

export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

/** The events that change the state of a connection. */
export const ConnectionEvent = {
  /** A request head is complete. */
  request: 0,
  /** The requests of this turn of the event loop have used its time. */
  turnOver: 1,
  /** A turn for this connection begins. */
  turn: 2,
  /** A request has been answered, and its content read or dropped. */
  answered: 3,
  /** A request has been answered, and not all of its content has been received. */
  contentLeft: 4,
  /** The last response of this connection has been written. */
  lastResponse: 5,
  /** The application upgrades the connection, or its first bytes are HTTP/2. */
  upgrade: 6,
  /** Another receiver takes over the connection. */
  handOver: 7,
  /** The server resets the connection. */
  abort: 8,
  /** The connection is closed. */
  closed: 9,
} as const;

export type ConnectionEvent = (typeof ConnectionEvent)[keyof typeof ConnectionEvent];

type StateName = keyof typeof ConnectionState;
type EventName = keyof typeof ConnectionEvent;

/**
 * The state after each event. An event that is missing in the row of a state cannot happen there: it is a defect of this
 * package.
 *
 * Source: RFC 9112 section 9; RFC 9110 section 7.8 for upgrades
 */
const transitions: { readonly [S in StateName]: { readonly [E in EventName]?: StateName } } = {
  awaitingRequest: {
    request: 'answering',
    turnOver: 'awaitingTurn',
    lastResponse: 'finishing',
    upgrade: 'upgraded',
    abort: 'aborted',
    closed: 'closed',
  },
  awaitingTurn: { turn: 'awaitingRequest', abort: 'aborted', closed: 'closed' },
  answering: {
    answered: 'awaitingRequest',
    contentLeft: 'discarding',
    lastResponse: 'finishing',
    upgrade: 'upgraded',
    abort: 'aborted',
    closed: 'closed',
  },
  discarding: {
    answered: 'awaitingRequest',
    contentLeft: 'discarding',
    lastResponse: 'finishing',
    abort: 'aborted',
    closed: 'closed',
  },
  finishing: { handOver: 'handedOver', abort: 'aborted', closed: 'closed' },
  upgraded: { handOver: 'handedOver', abort: 'aborted', closed: 'closed' },
  handedOver: { closed: 'closed' },
  aborted: { closed: 'closed' },
  closed: {},
};

const eventCount = Object.keys(ConnectionEvent).length;
const none = 255;

/** The same table as numbers, because each request needs a few lookups. */
const table = new Uint8Array(Object.keys(ConnectionState).length * eventCount).fill(none);
for (const [state, row] of Object.entries(transitions)) {
  for (const [event, next] of Object.entries(row)) {
    const at = ConnectionState[state as StateName] * eventCount + ConnectionEvent[event as EventName];
    table[at] = ConnectionState[next];
  }
}

/** @throws Error for an event that cannot happen in this state */
export const nextState = (state: ConnectionState, event: ConnectionEvent): ConnectionState => {
  const next = table[state * eventCount + event]!;
  if (next === none) throw new Error(`HTTP/1.1 connection: event ${event} cannot happen in state ${state}`);
  return next as ConnectionState;
};
