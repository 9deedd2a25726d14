/**
 * The floors of the package graph, from the ground up. The sources of a package import packages of lower floors only.
 * Its tests and examples may import higher ones, if that makes no cycle.
 *
 * `http` is half a floor above `connections`: its contracts use connections, and `connections` does not know HTTP.
 * `diagnostics` is between the two, because its messages describe connections and requests. The codecs are above
 * `http`, whose fields they read and write, and below the protocols that use them.
 */
export const floors: readonly (readonly [floor: number, folders: readonly string[]])[] = [
  [0, ['features', 'thrown-values']],
  [1, ['addresses', 'connections', 'configuration', 'dev-certs', 'supervisor']],
  [1.25, ['diagnostics']],
  [1.5, ['http']],
  [1.75, ['http1-codec']],
  [
    2,
    [
      'transport-sockets',
      'transport-memory',
      'transport-compliance',
      'http1',
      'http2',
      'tls',
      'proxy-protocol',
      'connection-logging',
      'websockets',
      'middleware-cookies',
      'middleware-cors',
      'middleware-event-stream',
      'middleware-exception-page',
      'middleware-forwarded-headers',
      'middleware-health-checks',
      'middleware-host-filtering',
      'middleware-https-redirection',
      'middleware-load-shedding',
      'middleware-multipart',
      'middleware-rate-limiting',
      'middleware-request-timeouts',
      'middleware-routing',
      'middleware-compression',
      'middleware-static-files',
    ],
  ],
  [3, ['server', 'telemetry', 'app-fetch', 'middleware-request-logging']],
  [3.5, ['middleware-dashboard']],
  [4, ['hosting', 'app-node']],
  [5, ['windhover']],
  [6, ['testing']],
];

/** Packages that also run in browsers: they import no module of Node. */
export const browserSafe: readonly string[] = [
  'features',
  'thrown-values',
  'addresses',
  'diagnostics',
  'http',
  'http1-codec',
];

const floorOfFolder = new Map(floors.flatMap(([floor, folders]) => folders.map((folder) => [folder, floor])));

/** The floor of a package; `undefined` for a package that is not in the list. */
export const floorOf = (folder: string): number | undefined => floorOfFolder.get(folder);
