import { describe, expect, it } from 'vitest';
import { ConnectionEvent, ConnectionState, nextState } from '../src/connection/connection-state.ts';

const states = Object.values(ConnectionState);
const events = Object.values(ConnectionEvent);

const nextOrNothing = (state: ConnectionState, event: ConnectionEvent): ConnectionState | undefined => {
  try {
    return nextState(state, event);
  } catch {
    return undefined;
  }
};

describe('the states of a connection', () => {
  it.each(Object.entries(ConnectionState))('%s is reached from awaitingRequest', (_name, state) => {
    const reached = new Set<ConnectionState>([ConnectionState.awaitingRequest]);
    for (const from of reached) {
      for (const event of events) {
        const next = nextOrNothing(from, event);
        if (next !== undefined) reached.add(next);
      }
    }
    expect(reached).toContain(state);
  });

  it.each(Object.entries(ConnectionState).filter(([name]) => name !== 'closed'))('%s can be closed', (_name, state) => {
    expect(nextState(state, ConnectionEvent.closed)).toBe(ConnectionState.closed);
  });

  it('nothing happens after closed', () => {
    expect(events.map((event) => nextOrNothing(ConnectionState.closed, event))).toEqual(events.map(() => undefined));
  });

  it('an event that cannot happen in a state is an error', () => {
    expect(() => nextState(ConnectionState.finishing, ConnectionEvent.request)).toThrow(
      /event 0 cannot happen in state 4/,
    );
  });

  it('no request is answered once the last response is written', () => {
    const late = states.filter((state) => state >= ConnectionState.finishing);
    for (const state of late) {
      const next = events.map((event) => nextOrNothing(state, event)).filter((each) => each !== undefined);
      expect(next.every((each) => each >= ConnectionState.finishing)).toBe(true);
    }
  });
});
