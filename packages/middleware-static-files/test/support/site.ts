import { ApplicationBuilder } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { onTestFinished } from 'vitest';
import { staticFiles } from '../../src/index.ts';

/** A folder served on a port of the loopback. */
export interface Site {
  /** Without a slash at its end. */
  readonly address: string;
  /** The Range fields of the requests, in order. */
  readonly ranges: readonly string[];
}

/** Serves a folder until the test ends, over HTTP/1.1 and HTTP/2. */
export const serveFolder = async (root: string): Promise<Site> => {
  const ranges: string[] = [];
  const server = new WindhoverServer({ transports: [sockets()], protocols: [http1(), http2()] });
  const app = new ApplicationBuilder(server.features)
    .use((context, next) => {
      const range = context.request.headers.get('range');
      if (range !== undefined) ranges.push(range);
      return next(context);
    })
    .use(staticFiles(root));
  const endpoint = server.listen('http://127.0.0.1:0');
  await server.start(app.toApplication());
  onTestFinished(() => server.stop(AbortSignal.abort()));
  return { address: endpoint.address, ranges };
};
