import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Case, type Observed, type Outcome, type See, keepAliveTimeout } from './two-servers.ts';

export const get = 'GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n';
export const head = 'HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n';
export const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
export const chunked =
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n';

/** Calls, and reports the code of the error that is thrown. */
export const attempt = (see: See, call: () => unknown): void => {
  try {
    call();
    see('no error');
  } catch (error) {
    see(error);
  }
};

/** A case that answers a GET. */
export const answers = (name: string, handle: (response: ServerResponse, see: See) => unknown, sent = get): Case => ({
  name,
  sent,
  handler: (_, response, see) => handle(response, see),
});

/** A case that differs as a row of DIFFERENCES.md says. @param here what is observed on Windhover */
export const differs = (row: string, each: Case, here: Partial<Outcome>): Case => ({ ...each, differs: { row, here } });

/** Fields of a response whose connection persists. */
export const persistent: readonly string[] = [
  'connection: keep-alive',
  `keep-alive: timeout=${keepAliveTimeout / 1000}`,
];

/** A response with its whole content. */
export const ok = (content: string, ...fields: string[]): Partial<Outcome> => ({
  messages: [
    {
      status: 'HTTP/1.1 200 OK',
      fields: [`content-length: ${content.length}`, 'date: …', ...persistent, ...fields].toSorted(),
      content,
      trailers: [],
    },
  ],
});

/** A response in chunks. */
export const chunks = (content: string, ...fields: string[]): Partial<Outcome> => ({
  messages: [
    {
      status: 'HTTP/1.1 200 OK',
      fields: ['date: …', 'transfer-encoding: chunked', ...persistent, ...fields].toSorted(),
      content,
      trailers: [],
    },
  ],
});

/** A case that observes a request and answers it with nothing. */
export const asks = (name: string, sent: string, look: (request: IncomingMessage, see: See) => unknown): Case => ({
  name,
  sent,
  handler: (request, response, see) => {
    look(request, see);
    response.end();
  },
});

/** Reads the content of a request and echoes it. */
export const echo: Observed = (request, response, see) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => (text += piece));
  request.on('end', () => {
    see(text, request.complete, { ...request.trailers }, request.rawTrailers, { ...request.trailersDistinct });
    response.end(text);
  });
};

/** Reports the events of a stream by name, with the states that a handler may look at. */
export const watch = (
  stream: IncomingMessage | ServerResponse,
  name: string,
  see: See,
  events: readonly string[],
): void => {
  for (const event of events) {
    stream.on(event, (value: unknown) => see(`${name} ${event}`, ...(value instanceof Error ? [value] : [])));
  }
};

export const requestEvents = ['aborted', 'end', 'error', 'close'] as const;
export const responseEvents = ['prefinish', 'finish', 'error', 'close'] as const;

/** The answer to a request that cannot be read has Date and Content-Length here. */
export const refusal: NonNullable<Case['differs']> = {
  row: 'the answer to a request that cannot be read',
  here: {
    messages: [
      {
        status: 'HTTP/1.1 400 Bad Request',
        fields: ['connection: close', 'content-length: 0', 'date: …'],
        content: '',
        trailers: [],
      },
    ],
  },
};

/** Reports what code for `node:http` reads of a socket that HTTP has left, and the options that it sets. */
export const seeSocket = (stream: Duplex, see: See): void => {
  const socket = stream as Socket & { encrypted?: boolean };
  see(socket instanceof Socket, socket.remoteAddress, typeof socket.remotePort, socket.remoteFamily, socket.encrypted);
  see(socket.localAddress, typeof socket.localPort, socket.readyState, socket.connecting, socket.timeout ?? 0);
  see(Object.keys(socket.address()).toSorted(), typeof Reflect.get(socket, 'server'));
  see(
    [socket.setNoDelay(true), socket.setKeepAlive(true, 0), socket.setTimeout(0), socket.ref(), socket.unref()].every(
      (result) => result === socket,
    ),
  );
};
