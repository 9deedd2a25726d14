import { request } from 'node:http';

/** The parts of a response that tests check. */
export interface TestResponse {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** Sends a GET on a new connection, over TCP or, with `socketPath`, over a unix socket. */
export const get = (url: string, socketPath?: string): Promise<TestResponse> =>
  new Promise((resolve, reject) => {
    request(url, { agent: false, ...(socketPath === undefined ? {} : { socketPath }) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode, contentType: response.headers['content-type'], text }),
      );
    })
      .on('error', reject)
      .end();
  });
