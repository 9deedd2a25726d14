import { Buffer } from 'node:buffer';
import { type HttpContext, HttpRequestBodyFeature, HttpRequestTrailersFeature } from '@windhover/http';
import { type RequestInternals, newRequest } from './node-internals.ts';
import type { SocketFacade } from './socket-facade.ts';

/** A request of Node's class that reads from an exchange. */
export const nodeRequest = (context: HttpContext, socket: SocketFacade): RequestInternals => {
  const request = newRequest(socket);
  const { method, protocol, target } = context.request;
  request.method = method;
  request.httpVersion = protocol.slice('HTTP/'.length);
  request.httpVersionMajor = Number(request.httpVersion.split('.')[0]);
  request.httpVersionMinor = Number(request.httpVersion.split('.')[1] ?? 0);
  request.url = target;
  mount(request, context.request.pathBase);
  const lines: string[] = [];
  for (const [name, value] of context.request.headers) lines.push(name, value);
  request._addHeaderLines(lines, lines.length);
  const body = context.features.get(HttpRequestBodyFeature);
  if (body?.canHaveBody === true) {
    const content = new RequestContent(request, body, context);
    request._read = () => content.read();
  } else {
    request.complete = true;
    request.push(null);
  }
  return request;
};

/** Below a path base the URL begins after it, and `originalUrl` has it, as in Connect and Express. */
const mount = (request: RequestInternals, pathBase: string): void => {
  const { url } = request;
  if (pathBase === '' || !url!.toLowerCase().startsWith(pathBase.toLowerCase())) return;
  request.originalUrl = url!;
  const rest = url!.slice(pathBase.length);
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
};

/** Pulls the content of a request into Node's stream, one piece for each time that the stream asks. */
class RequestContent {
  readonly #request: RequestInternals;
  readonly #body: HttpRequestBodyFeature;
  readonly #context: HttpContext;
  #isReading = false;

  constructor(request: RequestInternals, body: HttpRequestBodyFeature, context: HttpContext) {
    this.#request = request;
    this.#body = body;
    this.#context = context;
  }

  read(): void {
    const request = this.#request;
    request._readableState.readingMore = false;
    request._consuming = true;
    if (this.#isReading || request.complete) return;
    this.#isReading = true;
    try {
      const piece = this.#body.read();
      if (piece instanceof Promise) piece.then(this.#received, this.#failed);
      else this.#received(piece);
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #received = (piece: Uint8Array | undefined): void => {
    this.#isReading = false;
    if (piece === undefined) this.#end();
    else this.#request.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  };

  #end(): void {
    const request = this.#request;
    request.complete = true;
    const lines: string[] = [];
    for (const [name, value] of this.#context.features.get(HttpRequestTrailersFeature)?.trailers ?? []) {
      lines.push(name, value);
    }
    request._addHeaderLines(lines, lines.length);
    request.push(null);
  }

  /** The content breaks a rule or a limit. The stream fails; the connection stays, so that the handler can answer. */
  readonly #failed = (error: unknown): void => {
    const request = this.#request;
    if (request.destroyed) return;
    request._destroy = (reason, callback) => {
      request.aborted = true;
      // As in Node, an error that nothing listens to ends nothing: content that the handler has left unread is such a case.
      process.nextTick(() => callback(request.listenerCount('error') === 0 ? null : reason));
    };
    request.destroy(error as Error);
  };
}
