import { type Connection, type ConnectionDelegate, lingeringClose } from '@windhover/connections';
import { type HttpApplication, type HttpProtocol, type HttpServices, resolveOptions } from '@windhover/http';
import { ErrorCode } from './codec/error-code.ts';
import { writeGoAway, writeSettings } from './codec/frame-writer.ts';
import { OutputBuffer } from './codec/output-buffer.ts';
import { CommonFields } from './connection/common-fields.ts';
import { Http2Connection } from './connection/http2-connection.ts';
import { type Http2Options, http2OptionDefaults } from './http2-options.ts';

/**
 * HTTP/2 for a server: `new WindhoverServer({ protocols: [http2(), http1()], … })`.
 *
 * @param options leniencies, all off
 * Source: RFC 9110, RFC 9113, RFC 7541
 */
export const http2 = (options?: Http2Options): HttpProtocol => ({
  alpn: 'h2',
  isNegotiatedOnly: true,
  createHandler: <C>(application: HttpApplication<C>, services: HttpServices): ConnectionDelegate => {
    const { serverHeader, dateHeader, wallClock } = services;
    const common = new CommonFields(serverHeader, dateHeader, wallClock);
    const host = { application, services, common, options: resolveOptions('http2', http2OptionDefaults, options) };
    return (connection: Connection) => new Http2Connection(connection, host).start();
  },
  createRefuser:
    ({ limits }: HttpServices): ConnectionDelegate =>
    (connection: Connection) =>
      lingeringClose(connection, { last: refusal(), timeout: limits.requestDrainTimeout }),
});

/**
 * The response to a connection over a limit of the server: SETTINGS, which must be the first frame, and GOAWAY. No
 * stream is processed, so the client may retry its requests on another connection.
 *
 * Source: RFC 9113 section 6.8
 */
const refusal = (): Uint8Array => {
  const out = new OutputBuffer(new Uint8Array(32));
  writeSettings(out, []);
  writeGoAway(out, 0, ErrorCode.NO_ERROR);
  return out.bytes.subarray(0, out.length);
};
