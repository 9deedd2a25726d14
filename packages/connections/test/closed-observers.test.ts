import { ConnectionBase } from '@windhover/connections';
import { describe, expect, it } from 'vitest';

/** A connection that does nothing but end. */
class EndingConnection extends ConnectionBase {
  start(): void {}
  pause(): void {}
  resume(): void {}
  write(): boolean {
    return false;
  }
  end(): void {}
  abort(): void {}
  dispose(): void {
    this.notifyClosed();
  }
}

describe('observers of the end', () => {
  it('notifies the others if one throws, and does not lose its error', () => {
    const connection = new EndingConnection();
    const told: string[] = [];
    connection.onClosed({ closed: () => void told.push('first') });
    connection.onClosed({
      closed: () => {
        throw new Error('miscounted');
      },
    });
    connection.onClosed({ closed: () => void told.push('third') });
    expect(() => connection.dispose()).toThrow('miscounted');
    connection.dispose();
    expect(told).toEqual(['first', 'third']);
  });

  it('notifies any number of them, in order', () => {
    const connection = new EndingConnection();
    const told: number[] = [];
    const numbers = Array.from({ length: 100_000 }, (_, number) => number);
    for (const number of numbers) connection.onClosed({ closed: () => void told.push(number) });
    connection.dispose();
    expect(told).toEqual(numbers);
  });
});
