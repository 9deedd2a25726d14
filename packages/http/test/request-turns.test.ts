import { describe, expect, it } from 'vitest';
import { handlerTime } from '../../../tools/test-support/handler-time.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { RequestTurns } from '../src/exchange/index.ts';

const { taking } = handlerTime();

describe('RequestTurns', () => {
  it('calls the connections in order; one that waits again comes after the others', async () => {
    const order: string[] = [];
    const requestTurns = new RequestTurns();
    const again = {
      continueRequests: () => {
        if (order.push('a') < 3) requestTurns.wait(again);
      },
    };
    requestTurns.wait(again);
    requestTurns.wait({ continueRequests: () => order.push('b') });
    await until(() => order.length === 3);
    expect(order).toEqual(['a', 'b', 'a']);
  });

  it('has time for several requests of one turn', () => {
    const requestTurns = new RequestTurns();
    expect([requestTurns.hasTime(), requestTurns.hasTime(), requestTurns.hasTime()]).toEqual([true, true, true]);
    taking(4)();
    expect(requestTurns.hasTime()).toBe(true);
  });

  it('has time again in the next turn', async () => {
    const requestTurns = new RequestTurns();
    expect(requestTurns.hasTime()).toBe(true);
    taking(10)();
    expect(requestTurns.hasTime()).toBe(false);
    await turns(2);
    expect(requestTurns.hasTime()).toBe(true);
  });
});
