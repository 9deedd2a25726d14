import type { HttpContext, HttpFields, RequestDelegate } from '@windhover/http';
import { encodeMessage, messagesOf } from './grpc-messages.ts';

/** Why a call has failed, in the numbers of gRPC. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A method: receives the messages of the client and returns those of the server, for all four kinds of methods. */
export type GrpcMethod = (messages: AsyncIterable<Uint8Array>, context: HttpContext) => AsyncIterable<Uint8Array>;

const unimplemented = 12;
const unknown = 2;

/**
 * A gRPC service as a handler: methods by their paths, e.g. `/echo.Echo/Say`. It needs of the server what HTTP/2 has:
 * content in both directions at a time, and trailers.
 */
export const grpcService =
  (methods: Readonly<Record<string, GrpcMethod>>): RequestDelegate =>
  async (context) => {
    const { request, response } = context;
    response.contentType = 'application/grpc';
    let fields = response.headers;
    try {
      const method = methods[request.path];
      if (method === undefined) throw new GrpcError(unimplemented, `there is no method ${request.path}`);
      for await (const message of method(messagesOf(request.body), context)) {
        // From here on the head cannot say any more how the call ends.
        fields = response.trailers;
        await response.write(encodeMessage(message));
      }
      finish(fields, 0, '');
      response.end();
    } catch (error) {
      if (context.signal.aborted) throw error;
      finish(fields, error instanceof GrpcError ? error.status : unknown, (error as Error).message);
      response.end();
    }
  };

/** The status of a call is in its trailers; before the first message, in the head, which is all there is then. */
const finish = (fields: HttpFields, status: number, message: string): void => {
  fields.set('grpc-status', status);
  // Percent-encoded UTF-8, except for printable ASCII.
  if (message !== '') fields.set('grpc-message', message.replaceAll(/[^ -$&-~]+/g, encodeURIComponent));
};
