import type { Connection } from '@windhover/connections';

/**
 * A protocol of our own, as small as one can be. The client sends lines with a number each; the server answers every
 * line with the sum so far, and a line that is no number with `?` and the end of the connection.
 */
export const tallyProtocol = 'tally/1';

/** A line that is longer than any number is not waited for. */
const longestLine = 64;

/** The server's side, on the connection that an upgrade has given. */
export const serveTally = (connection: Connection): void => {
  let sum = 0;
  let begun = '';

  const answer = (line: string): boolean => {
    const number = line.trim() === '' ? Number.NaN : Number(line);
    sum += number;
    connection.write(Number.isNaN(number) ? '?\n' : `${sum}\n`);
    return !Number.isNaN(number);
  };

  connection.start({
    received: (bytes) => {
      const lines = (begun + Buffer.from(bytes).toString('latin1')).split('\n');
      begun = lines.pop()!;
      if (lines.every(answer) && begun.length <= longestLine) return;
      connection.end();
      // Further bytes are read and dropped: closing with unread bytes would discard the responses.
      connection.start({ received: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
    },
    drained: () => {},
    ended: () => connection.end(),
    closed: () => {},
  });
};
