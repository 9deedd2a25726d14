import { duplexPair } from 'node:stream';
import { type ConnectionMiddleware, buildConnectionPipeline, fromDuplex } from '@windhover/connections';
import { describe, expect, it } from 'vitest';

const connection = () => fromDuplex(duplexPair()[0]);

describe('the connection pipeline', () => {
  it('the first middleware sees the connection first', async () => {
    const steps: string[] = [];
    const step =
      (name: string): ConnectionMiddleware =>
      (next) =>
      async (connection) => {
        steps.push(`${name} in`);
        await next(connection);
        steps.push(`${name} out`);
      };
    const pipeline = buildConnectionPipeline([step('first'), step('second')], () => void steps.push('protocol'));
    await pipeline(connection());
    expect(steps).toEqual(['first in', 'second in', 'protocol', 'second out', 'first out']);
  });

  it('without middleware it is the protocol itself', () => {
    const protocol = () => undefined;
    expect(buildConnectionPipeline([], protocol)).toBe(protocol);
  });

  it('a middleware may pass on another connection, or none', () => {
    const [inner, outer] = [connection(), connection()];
    const seen: unknown[] = [];
    const replace: ConnectionMiddleware = (next) => () => next(inner);
    const refuse: ConnectionMiddleware = () => (refused) => refused.abort();
    void buildConnectionPipeline([replace], (given) => void seen.push(given))(outer);
    void buildConnectionPipeline([refuse, replace], (given) => void seen.push(given))(outer);
    expect(seen).toEqual([inner]);
  });

  it('is folded once: each middleware is called with its next when the pipeline is built', () => {
    let built = 0;
    const count: ConnectionMiddleware = (next) => {
      built++;
      return next;
    };
    const pipeline = buildConnectionPipeline([count, count], () => undefined);
    void pipeline(connection());
    void pipeline(connection());
    expect(built).toBe(2);
  });
});
