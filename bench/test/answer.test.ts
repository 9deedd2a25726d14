import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../lib/run/answer.mjs';
import { requestHead } from '../lib/load/heads.mjs';
import { parseCoreList } from '../lib/run/pinning.mjs';
import { rotated } from '../lib/run/rounds.mjs';

const answer = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello';

describe('answers', () => {
  it('parses complete answers and ignores an incomplete last one', () => {
    const answers = parseAnswers(`${answer}${answer}${answer.slice(0, -1)}`);
    expect(answers).toHaveLength(2);
    expect(answers[1]).toMatchObject({ status: 200, body: 'Hello' });
    expect(answers[1].fields.get('content-type')).toBe('text/plain');
  });
  it('an answer without content-length is refused', () =>
    expect(() => parseAnswers('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')).toThrow(/content-length/));
});

describe('request heads', () => {
  it('the browser-sized one has 600 to 700 bytes and ends once', () => {
    const head = requestHead('browser', 12_345);
    expect(head.length).toBeGreaterThanOrEqual(600);
    expect(head.length).toBeLessThanOrEqual(700);
    expect(head.indexOf('\r\n\r\n')).toBe(head.length - 4);
  });
});

describe('schedule', () => {
  it('each round starts with another subject', () => expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a']));
  it('parses core lists in the format of Linux', () => expect(parseCoreList('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]));
});
