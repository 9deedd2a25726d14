import { describe, expect, it } from 'vitest';
import { get, open } from './support/answers.ts';
import { echo, serve } from './support/serve.ts';

describe('header lists', () => {
  it.each([
    ['more fields than maxRequestHeaderCount', `${get} 1: GET *110(00016100)`],
    [
      'a list above maxRequestHeadersTotalSize',
      `HEADERS END_STREAM 1: GET [a=${'x'.repeat(16_000)}]\nCONTINUATION 1: [b=${'x'.repeat(16_000)}]\nCONTINUATION END_HEADERS 1: [c=${'x'.repeat(900)}]`,
    ],
  ])('%s: 431, and the next request is answered', async (_title, sent) => {
    const served = serve(echo);
    served.send(`${sent}\n${get} 3: GET`);
    const lines = await served.settled();
    expect(lines[0]).toBe('HEADERS 1 :status=431 content-length=0 end');
    expect(lines.at(-1)).toBe('DATA 3 "hello" end');
    expect(served.badRequests.map(({ code }) => code)).toEqual(['HTTP2_HEADERS_TOO_LARGE']);
  });

  it('a block whose compressed form alone is more than twice maxRequestHeadersTotalSize, in one frame: the connection ends', () => {
    const served = serve(echo, { limits: { maxRequestHeadersTotalSize: 1000 } });
    served.send(`${get} 1: *2001(20)`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });

  it('pseudo-header fields longer than maxRequestLineSize: 414', async () => {
    const served = serve(echo);
    served.send(`${get} 1: 82 86 [:path=/${'x'.repeat(9000)}]`);
    expect(await served.settled()).toEqual(['HEADERS 1 :status=414 content-length=0 end']);
  });

  it('references to one large entry (HPACK bomb): the connection ends', () => {
    const served = serve(echo);
    served.send(`${get} 1: GET 40 01 61 7f 91 1e *3984(62) *200(be)`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });

  it('fields without name and value: the connection ends', () => {
    const served = serve(echo);
    served.send(`${get} 1: GET *3000(000000)`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });
});

describe('content above maxRequestBodySize', () => {
  const limits = { maxRequestBodySize: 5 };
  it.each([
    ['by its Content-Length', `${open} 1: POST [content-length=6]`],
    ['by a Content-Length above 2^53', `${open} 1: POST [content-length=18446744073709551619]`],
    ['by a Content-Length that no number can hold', `${open} 1: POST [content-length=${'9'.repeat(400)}]`],
    ['as it comes', `${open} 1: POST\nDATA 1: "abc"\nDATA 1: "def"`],
  ])('%s: 413', async (_title, sent) => {
    const served = serve(echo, { limits });
    served.send(sent);
    expect((await served.settled())[0]).toBe('HEADERS 1 :status=413 content-length=0 end');
    served.seconds(2);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
  });
});
