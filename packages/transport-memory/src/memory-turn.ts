/** A connection with something to tell its receiver. */
export interface TurnTaker {
  takeTurn(): void;
}

/** Taken when the module is loaded, so that a test's fake timers do not stop the bytes. */
const nextTurn = setImmediate;

let waiting: TurnTaker[] = [];

const runTurns = (): void => {
  const batch = waiting;
  waiting = [];
  let done = 0;
  try {
    for (; done < batch.length; done++) batch[done]!.takeTurn();
  } finally {
    // A receiver threw: that error goes its way, the connections after it still get their turn.
    const left = batch.slice(done + 1);
    if (left.length > 0) {
      if (waiting.length === 0) nextTurn(runTurns);
      waiting = [...left, ...waiting];
    }
  }
};

/**
 * Gives the taker a turn of the event loop, after those that asked before it. One `setImmediate` serves all: bytes
 * move in batches, never inside the writer's call, and timers and sockets are not starved.
 */
export const requestTurn = (taker: TurnTaker): void => {
  if (waiting.push(taker) === 1) nextTurn(runTurns);
};
