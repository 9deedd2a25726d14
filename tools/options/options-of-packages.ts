import * as connectionLogging from '../../packages/connection-logging/src/options.ts';
import * as http2Limits from '../../packages/http/src/http2-limits.ts';
import * as httpLimits from '../../packages/http/src/limits.ts';
import * as responseLimits from '../../packages/http1-codec/src/response/response-limits.ts';
import * as compression from '../../packages/middleware-compression/src/options.ts';
import * as cookies from '../../packages/middleware-cookies/src/options.ts';
import * as cors from '../../packages/middleware-cors/src/policy.ts';
import * as eventStream from '../../packages/middleware-event-stream/src/options.ts';
import * as forwardedHeaders from '../../packages/middleware-forwarded-headers/src/options.ts';
import * as healthChecks from '../../packages/middleware-health-checks/src/options.ts';
import * as hostFiltering from '../../packages/middleware-host-filtering/src/options.ts';
import * as https from '../../packages/middleware-https-redirection/src/options.ts';
import * as loadShedding from '../../packages/middleware-load-shedding/src/options.ts';
import * as multipart from '../../packages/middleware-multipart/src/options.ts';
import * as rateLimiting from '../../packages/middleware-rate-limiting/src/options.ts';
import * as requestLogging from '../../packages/middleware-request-logging/src/options.ts';
import * as requestTimeouts from '../../packages/middleware-request-timeouts/src/options.ts';
import * as staticFiles from '../../packages/middleware-static-files/src/options.ts';
import * as proxyProtocol from '../../packages/proxy-protocol/src/options.ts';
import * as serverLimits from '../../packages/server/src/server-limits.ts';
import * as server from '../../packages/server/src/server-options.ts';
import * as supervisor from '../../packages/supervisor/src/options.ts';
import * as tls from '../../packages/tls/src/options.ts';
import * as memoryTransport from '../../packages/transport-memory/src/memory-options.ts';
import * as socketTransport from '../../packages/transport-sockets/src/socket-options.ts';
import * as webSockets from '../../packages/websockets/src/options.ts';

const limiter = {} as never;

/** The options of every package: a name, the defaults, and the function that fills them in. */
export const optionsOfPackages: readonly (readonly [
  name: string,
  defaults: object,
  resolve: (given: object) => unknown,
])[] = [
  ['compression', compression.compressionDefaults, compression.resolveCompressionOptions],
  [
    'compression levels',
    compression.compressionDefaults.levels,
    (levels) => compression.resolveCompressionOptions({ levels }),
  ],
  [
    'concurrency limiting',
    rateLimiting.concurrencyLimitingDefaults,
    (given) => rateLimiting.resolveConcurrencyLimitingOptions({ limit: 1, ...given }),
  ],
  [
    'connection logging',
    connectionLogging.connectionLoggingDefaults,
    connectionLogging.resolveConnectionLoggingOptions,
  ],
  ['cookies', cookies.cookiesDefaults, cookies.resolveCookiesOptions],
  ['cookie attributes', cookies.cookieAttributeDefaults, (attributes) => cookies.resolveCookiesOptions({ attributes })],
  ['CORS', cors.corsDefaults, (given) => cors.compilePolicy({ origins: '*', ...given })],
  ['event stream', eventStream.eventStreamDefaults, eventStream.resolveEventStreamOptions],
  [
    'forwarded headers',
    forwardedHeaders.forwardedHeadersDefaults,
    (given) => forwardedHeaders.resolveForwardedHeadersOptions(given),
  ],
  ['health checks', healthChecks.healthChecksDefaults, healthChecks.resolveHealthChecksOptions],
  [
    'host filtering',
    hostFiltering.hostFilteringDefaults,
    (given) => hostFiltering.resolveHostFilteringOptions({ allowedHosts: ['example.com'], ...given }),
  ],
  ['HSTS', https.hstsDefaults, https.resolveHstsOptions],
  ['HTTP limits', httpLimits.httpLimitDefaults, httpLimits.resolveHttpLimits],
  ['HTTP/2 limits', http2Limits.http2LimitDefaults, http2Limits.resolveHttp2Limits],
  ['https redirection', https.httpsRedirectionDefaults, https.resolveHttpsRedirectionOptions],
  ['load shedding', loadShedding.loadSheddingDefaults, loadShedding.resolveLoadSheddingOptions],
  ['memory transport', memoryTransport.memoryTransportDefaults, memoryTransport.resolveMemoryTransportOptions],
  ['multipart', multipart.multipartDefaults, multipart.resolveMultipartOptions],
  [
    'PROXY protocol',
    proxyProtocol.proxyProtocolDefaults,
    (given) => proxyProtocol.resolveProxyProtocolOptions({ trustedSources: ['10.0.0.0/8'], ...given }),
  ],
  [
    'rate limiting',
    rateLimiting.rateLimitingDefaults,
    (given) => rateLimiting.resolveRateLimitingOptions({ limiter, ...given }),
  ],
  ['request logging', requestLogging.requestLoggingDefaults, requestLogging.resolveRequestLoggingOptions],
  ['response limits', responseLimits.responseLimitDefaults, responseLimits.resolveResponseLimits],
  [
    'server',
    server.serverDefaults,
    (given) => server.resolveServerOptions({ transports: [], protocols: [], ...given }),
  ],
  ['server limits', serverLimits.serverLimitDefaults, serverLimits.resolveServerLimits],
  ['socket transport', socketTransport.socketTransportDefaults, socketTransport.resolveSocketTransportOptions],
  ['static files', staticFiles.staticFilesDefaults, staticFiles.resolveStaticFilesOptions],
  [
    'supervisor',
    supervisor.supervisorDefaults,
    (given) => supervisor.resolveSupervisorOptions({ threadCount: 1, ...given }),
  ],
  [
    'supervisor restart backoff',
    supervisor.supervisorDefaults.restartBackoff,
    (restartBackoff) => supervisor.resolveSupervisorOptions({ threadCount: 1, restartBackoff }),
  ],
  [
    'timeout policy',
    requestTimeouts.timeoutPolicyDefaults,
    (given) => requestTimeouts.resolveTimeoutPolicy({ timeout: 1000, ...given }),
  ],
  ['TLS', tls.httpsDefaults, tls.resolveHttpsOptions],
  ['WebSockets', webSockets.webSocketDefaults, webSockets.resolveWebSocketOptions],
  ['WebSocket deflate', webSockets.deflateDefaults, (deflate) => webSockets.resolveWebSocketOptions({ deflate })],
];
