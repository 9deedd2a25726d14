import { describe, expect, it } from 'vitest';
import { get, serve, settled } from './support/exchange-harness.ts';

describe('refused requests can be given content, never another status', () => {
  it('before and while the request runs', async () => {
    const refusal = (error: { code: string }): { contentType: string; content: string } => ({
      contentType: 'text/plain',
      content: `refused ${error.code}`,
    });
    const harness = serve(async ({ request }) => void (await request.bytes()), { refusal });
    harness.receive('bad\r\n\r\n');
    expect(harness.sent()).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: text\/plain\r\nconnection: close\r\ncontent-length: 34\r\n\r\nrefused HTTP1_REQUEST_LINE_INVALID$/,
    );
    const running = serve(async ({ request }) => void (await request.bytes()), { refusal });
    running.receive(get('/', 'Transfer-Encoding: chunked\r\n').concat('zz\r\n'));
    await settled();
    expect(running.sent()).toMatch(/^HTTP\/1\.1 400 [^]*refused HTTP1_CHUNK_SIZE_INVALID$/);
  });

  it('a responder that fails is reported, and the status goes out alone', () => {
    const harness = serve(() => {}, {
      refusal: () => {
        throw new Error('mine');
      },
    });
    harness.receive('bad\r\n\r\n');
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n$/);
    expect(harness.applicationErrors).toMatchObject([{ message: 'mine' }]);
  });
});
