import { describe, expect, it } from 'vitest';
import { BadHttpRequestError, HttpError, type HttpErrorCode, httpErrors } from '../src/index.ts';

describe('HttpError', () => {
  it.each(Object.entries(httpErrors) as [HttpErrorCode, string][])('%s says what is wrong', (code, message) => {
    expect(new HttpError(code)).toMatchObject({ name: 'HttpError', code, message });
    expect(new HttpError(code)).toBeInstanceOf(Error);
  });

  it('the message ends with the detail, and the cause is kept', () => {
    const cause = new SyntaxError('unexpected');
    expect(new HttpError('HTTP_JSON_INVALID', 'line 1', { cause })).toMatchObject({
      message: `${httpErrors.HTTP_JSON_INVALID}: line 1`,
      cause,
    });
  });
});

describe('BadHttpRequestError', () => {
  it('has the code of the protocol and the status of the answer', () => {
    const cause = new Error('why');
    expect(new BadHttpRequestError('X_RULE', 413, 'too much', { cause })).toMatchObject({
      name: 'BadHttpRequestError',
      code: 'X_RULE',
      status: 413,
      message: 'too much',
      cause,
    });
  });
});
