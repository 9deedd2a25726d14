import { describe, expect, it } from 'vitest';
import { type Prioritized, prioritize } from '../src/connection/priority.ts';
import { type Served, serve } from './support/serve.ts';

const get = 'HEADERS END_HEADERS,END_STREAM';

describe('RFC 9218 4 the priority field', () => {
  it.each([
    ['', 3, false],
    ['u=0', 0, false],
    ['u=7, i', 7, true],
    ['i', 3, true],
    ['i=?1, u=5', 5, true],
    ['i=?0', 3, false],
    ['u=1;a=b, i;c', 1, true],
    ['u=1, u=2', 2, false],
    ['i, i=?0', 3, false],
    ['u=8', 3, false],
    ['u=10', 3, false],
    ['u=-1', 3, false],
    ['u="1"', 3, false],
    ['i=1', 3, false],
    ['a=u=1, bi', 3, false],
    ['???', 3, false],
  ])('%j: urgency %i, incremental %j', (text, urgency, isIncremental) => {
    const stream: Prioritized = { urgency: 1, isIncremental: true };
    prioritize(stream, text);
    expect(stream).toEqual({ urgency, isIncremental });
  });
});

describe('a long priority', () => {
  it.each([
    [256, 1],
    [257, 3],
    [28_000, 3],
  ])('of %i characters: urgency %i', (length, urgency) => {
    const stream: Prioritized = { urgency: 5, isIncremental: true };
    prioritize(stream, 'u=1,'.padEnd(length));
    expect(stream).toEqual({ urgency, isIncremental: false });
  });
});

describe('RFC 9218 10 the order in which responses are sent', () => {
  const content = 'x'.repeat(40_000);

  /** Three frames of content for each stream wait for the window of the connection, which stream 1 has used up. */
  const waiting = async (...requests: string[]): Promise<Served> => {
    const served = serve(({ request, response }) => response.send(request.path === '/' ? content : 'x'.repeat(65_535)));
    served.send(`SETTINGS: 0004 7fffffff\n${get} 1: 82 86 [:path=/first]`);
    await served.settled();
    served.send(requests.join('\n'));
    await served.settled();
    return served;
  };

  const order = async (served: Served): Promise<string> => {
    served.send('WINDOW_UPDATE: 00100000');
    const lines = (await served.settled()).filter((line) => line.startsWith('DATA'));
    return lines.map((line) => line.split(' ')[1]).join(' ');
  };

  it.each([
    ['without priorities, streams take turns', '', '', '3 5 3 5 3 5'],
    ['incremental streams take turns', ' [priority=i]', ' [priority=u=3, i]', '3 5 3 5 3 5'],
    [
      'streams that are not incremental are sent one after the other',
      ' [priority=u=3]',
      ' [priority=u=3]',
      '3 3 3 5 5 5',
    ],
    ['an urgent stream overtakes', '', ' [priority=u=2, i]', '5 5 5 3 3 3'],
    ['a stream that is not urgent waits', ' [priority=u=6]', '', '5 5 5 3 3 3'],
  ])('%s', async (_title, first, second, expected) => {
    expect(await order(await waiting(`${get} 3: GET${first}`, `${get} 5: GET${second}`))).toBe(expected);
  });

  it('PRIORITY_UPDATE changes a stream that waits, and one that is still to come', async () => {
    const served = await waiting(
      'PRIORITY_UPDATE: 00000007 "u=0"',
      `${get} 3: GET`,
      `${get} 5: GET`,
      `${get} 7: GET [priority=u=7]`,
      'PRIORITY_UPDATE: 00000003 "u=4, i"',
    );
    expect(await order(served)).toBe('7 7 7 5 5 5 3 3 3');
  });

  it('priorities of streams that are never opened do not displace those of later streams', async () => {
    const unopened = Array.from(
      { length: 40 },
      (_, at) => `PRIORITY_UPDATE: ${(1001 + 2 * at).toString(16).padStart(8, '0')} "u=1"`,
    );
    const served = await waiting(...unopened, 'PRIORITY_UPDATE: 00000005 "u=0"', `${get} 3: GET`, `${get} 5: GET`);
    expect(await order(served)).toBe('5 5 5 3 3 3');
  });

  it('a stream that is not incremental and has no window holds up no other', async () => {
    const served = await waiting('SETTINGS: 0004 00000064', `${get} 3: GET [priority=u=3]`, `${get} 5: GET`);
    served.send('WINDOW_UPDATE 5: 00100000');
    expect(await order(served)).toBe('3 5 5 5');
  });
});
