/** A connection or listener that has work for a later turn of the event loop. */
export interface TurnTaker {
  takeTurn(): void;
}

/** Read when the module is loaded, so that the fake timers of a test do not stop the bytes. */
const nextTurn = setImmediate;

let waiting: TurnTaker[] = [];

const runTurns = (): void => {
  const batch = waiting;
  waiting = [];
  let done = 0;
  try {
    for (; done < batch.length; done++) batch[done]!.takeTurn();
  } finally {
    // When a receiver throws, the error is not caught, and the connections after it still get their turn.
    const left = batch.slice(done + 1);
    if (left.length > 0) {
      if (waiting.length === 0) nextTurn(runTurns);
      waiting = [...left, ...waiting];
    }
  }
};

/**
 * Calls `takeTurn` in the next turn of the event loop, in the order of the requests. All share one `setImmediate`: bytes
 * move in batches, never inside the call of the writer, and timers and sockets are not starved.
 */
export const requestTurn = (taker: TurnTaker): void => {
  if (waiting.push(taker) === 1) nextTurn(runTurns);
};
