import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it, vi } from 'vitest';
import { serveTally } from '../examples/opaque-upgrade/tally.ts';

/** The server's response to pieces of text, and whether it has ended. */
const answersTo = (...pieces: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const [client, served] = connectionPair();
    serveTally(served);
    let answers = '';
    client.start({
      received: (bytes) => (answers += Buffer.from(bytes).toString()),
      drained: () => {},
      ended: () => client.end(),
      closed: (error) => (error === undefined ? resolve(answers) : reject(error)),
    });
    for (const piece of pieces) client.write(piece);
    client.end();
  });

describe('the protocol of the example', () => {
  it.each([
    ['every line is answered with the sum', ['1\n2\n3.5\n'], '1\n3\n6.5\n'],
    ['wherever the pieces are cut', '10\n-3\n'.split(''), '10\n7\n'],
    ['a line that is no number ends it', ['1\ntwo\n3\n'], '1\n?\n'],
    ['an empty line is no number', ['\n'], '?\n'],
    ['a line without end is not kept', ['1'.repeat(100), '1'.repeat(100)], ''],
  ])('%s', async (_name, pieces, expected) => {
    expect(await answersTo(...pieces)).toBe(expected);
  });
});

describe('the example', () => {
  it('prints what its comments say', async () => {
    const lines: string[] = [];
    const log = vi
      .spyOn(console, 'log')
      .mockImplementation((...values: unknown[]) => void lines.push(values.join(' ')));
    await import('../examples/opaque-upgrade/main.ts').finally(() => log.mockRestore());
    expect(lines).toEqual(['1 3 6.5', '']);
  });
});
