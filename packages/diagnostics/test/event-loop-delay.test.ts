import { expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { eventLoopDelay } from '../src/index.ts';

it('the delay of the event loop is 0 at first, measured anew each half second, and kept between', async () => {
  let time = 0;
  const delay = eventLoopDelay(() => time);
  expect(delay()).toBe(0);
  time = 499;
  expect(delay()).toBe(0);
  // Each round blocks the event loop for longer than its sampling interval, until a sample was late.
  let measured = 0;
  await until(() => {
    const end = performance.now() + 50;
    while (performance.now() < end) Math.random();
    time += 500;
    measured = delay();
    return measured > 0;
  });
  time += 499;
  expect(delay()).toBe(measured);
});
