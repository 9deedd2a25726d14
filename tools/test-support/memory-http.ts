import { Buffer } from 'node:buffer';
import {
  type BadHttpRequestError,
  type HttpApplication,
  type HttpContext,
  type HttpLimits,
  type Middleware,
  type RequestHandler,
  foldMiddleware,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { http1 } from '@windhover/http1';
import { connectionPair } from '@windhover/transport-memory';

/** A received response; field names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  /** The content as UTF-8; chunked framing is not decoded. */
  readonly content: string;
}

/** Serves request middleware or a handler with HTTP/1.1 over a memory connection. */
export class MemoryHttp {
  /** Application errors that the server has reported. */
  readonly applicationErrors: unknown[] = [];
  /** Refused requests that the server has reported. */
  readonly badRequests: BadHttpRequestError[] = [];
  readonly #application: HttpApplication<HttpContext>;
  readonly #limits: Partial<HttpLimits>;

  constructor(handler: RequestHandler | HttpApplication<HttpContext>, limits: Partial<HttpLimits> = {}) {
    this.#application = typeof handler === 'function' ? pipelineApplication(handler) : handler;
    this.#limits = { maxRequestBodySize: 1000, ...limits };
  }

  /** Serves a handler inside middleware, the first outermost. */
  static of(middleware: readonly Middleware[], handler: RequestHandler): MemoryHttp {
    return new MemoryHttp(foldMiddleware(middleware, handler));
  }

  /** Sends one request, given as on the wire, and returns the response. Then the client ends its side. */
  async answer(request: string): Promise<Answer> {
    const { received, end } = this.open(request, () => queueMicrotask(() => end()));
    return parsed(await received);
  }

  /** Sends a GET of the target. @param fields field lines, each with its CRLF */
  get(target: string, fields = ''): Promise<Answer> {
    return this.answer(`GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
  }

  /** Opens a connection, sends the text, ends the client's side, and returns everything received. */
  exchange(sent: string | Uint8Array): Promise<string> {
    const { received, end } = this.open(sent);
    end();
    return received;
  }

  /**
   * Opens a connection and sends the text.
   *
   * @param completed called after each request
   * @returns everything received, once the connection has closed
   */
  open(
    sent: string | Uint8Array,
    completed = (): void => {},
  ): { readonly received: Promise<string>; readonly end: () => void } {
    const [client, served] = connectionPair();
    void http1().createHandler(notifying(this.#application, completed), {
      limits: resolveHttpLimits(this.#limits),
      serverHeader: null,
      dateHeader: false,
      wallClock: () => 0,
      events: {
        applicationError: (error) => void this.applicationErrors.push(error),
        badRequest: (error) => void this.badRequests.push(error),
      },
    })(served);
    const received = new Promise<string>((resolve) => {
      const pieces: Uint8Array[] = [];
      client.start({
        received: (bytes) => void pieces.push(bytes),
        drained: () => undefined,
        ended: () => client.end(),
        closed: () => resolve(Buffer.concat(pieces).toString('utf8')),
      });
    });
    client.write(typeof sent === 'string' ? Buffer.from(sent, 'utf8') : sent);
    return { received, end: () => client.end() };
  }
}

/** The application, with a call after each request. */
const notifying = (application: HttpApplication<HttpContext>, completed: () => void): HttpApplication<HttpContext> => ({
  createContext: (features) => application.createContext(features),
  processRequest: (context) => application.processRequest(context),
  sendResult: (context, result) => application.sendResult?.(context, result),
  ...(application.sendError !== undefined && {
    sendError: (context: HttpContext, error: unknown) => application.sendError!(context, error),
  }),
  disposeContext: (context, error) => {
    application.disposeContext(context, error);
    completed();
  },
});

const parsed = (response: string): Answer => {
  const end = response.indexOf('\r\n\r\n');
  const [statusLine, ...lines] = response.slice(0, end).split('\r\n');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine!.split(' ')[1]),
    fields: Object.fromEntries(fields) as Record<string, string>,
    content: response.slice(end + 4),
  };
};
