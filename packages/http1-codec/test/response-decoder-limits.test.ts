import { describe, expect, it } from 'vitest';
import {
  Http1ResponseError,
  type Http1ResponseErrorCode,
  ResponseDecoder,
  type ResponseLimitOptions,
  type ResponseLimits,
  http1Errors,
  http1ResponseErrors,
  resolveResponseLimits,
  responseLimitDefaults,
} from '../src/index.ts';

describe('response limits', () => {
  it('the defaults', () => {
    expect(resolveResponseLimits()).toEqual({
      maxStatusLineSize: 8192,
      maxResponseHeadersTotalSize: 65_536,
      maxResponseHeaderCount: 256,
      maxResponseBodySize: null,
      maxInformationalResponses: 32,
    });
  });

  it('what is given takes the place of the default, undefined does not', () => {
    const given = { maxStatusLineSize: 100, maxResponseBodySize: undefined } as unknown as ResponseLimitOptions;
    expect(resolveResponseLimits(given)).toEqual({ ...responseLimitDefaults, maxStatusLineSize: 100 });
    expect(resolveResponseLimits({ maxResponseBodySize: 5 }).maxResponseBodySize).toBe(5);
  });

  it.each<[name: keyof ResponseLimits, least: number, isNullable: boolean]>([
    ['maxStatusLineSize', 1, false],
    ['maxResponseHeadersTotalSize', 1, false],
    ['maxResponseHeaderCount', 1, false],
    ['maxResponseBodySize', 0, true],
    ['maxInformationalResponses', 0, false],
  ])('%s must be an integer of at least %i', (name, least, isNullable) => {
    const refused = expect.objectContaining({
      code: 'HTTP_LIMIT_INVALID',
      message: expect.stringContaining(`${name} must be an integer of at least ${least}`),
    });
    expect(resolveResponseLimits({ [name]: least })[name]).toBe(least);
    for (const value of [least - 1, 1.5, Number.NaN, Infinity, '1', ...(isNullable ? [] : [null])]) {
      expect(() => new ResponseDecoder({ [name]: value })).toThrow(refused);
    }
  });

  it('the content alone may be without limit', () => {
    expect(resolveResponseLimits({ maxResponseBodySize: null }).maxResponseBodySize).toBeNull();
  });

  it.each(['maxRequestLineSize', 'toString'])('there is no limit %s: refused', (name) => {
    expect(() => resolveResponseLimits({ [name]: 1 })).toThrow(
      expect.objectContaining({ code: 'HTTP_LIMIT_INVALID', message: expect.stringContaining(`"${name}"`) }),
    );
  });
});

describe('http1ResponseErrors', () => {
  const entries = Object.entries(http1ResponseErrors) as [
    Http1ResponseErrorCode,
    { source: string; message: string },
  ][];

  it.each(entries)('%s names its source and is shown with it', (code, { source, message }) => {
    expect(source).toMatch(/^RFC \d{4} \d+(\.\d+)*$/);
    expect(new Http1ResponseError(code)).toMatchObject({
      name: 'Http1ResponseError',
      code,
      message: `${message} (${source})`,
    });
    expect(new Http1ResponseError(code)).not.toHaveProperty('status');
  });

  it('no sentence of a response speaks of requests that are decoded', () => {
    for (const [, { message }] of entries) expect(message).not.toMatch(/maxRequest|of a request|HTTP\/1.0 request/);
  });

  it('a code of both tables is one rule', () => {
    const both = entries.filter(([code]) => code in http1Errors);
    expect(both.length).toBeGreaterThan(15);
    const reworded = both.filter(
      ([code, { message }]) => http1Errors[code as keyof typeof http1Errors].message !== message,
    );
    expect(reworded.map(([code]) => code).toSorted()).toEqual([
      'HTTP1_CONTENT_TOO_LARGE',
      'HTTP1_FIELD_SECTION_TOO_LARGE',
      'HTTP1_TOO_MANY_FIELDS',
      'HTTP1_TRANSFER_ENCODING_IN_HTTP10',
      'HTTP1_VERSION_NOT_SUPPORTED',
    ]);
  });
});
