/** The codes of `HostError`, each with the last sentence of its message. */
export const hostErrors = {
  HOST_NO_APPLICATION: 'no handler is configured; call configure(app => …) on the builder',
  HOST_ALREADY_BUILT: 'the builder has already built its host; create a new builder',
  HOST_ALREADY_STARTED: 'the host has already been started or stopped; build a new one',
  HOST_ENDPOINTS_NOT_USED: 'endpoints of useServer cannot be used with useServerFactory; add them in the factory',
  HOST_HTTPS_NOT_COMBINED:
    'the TLS settings of the endpoint have no certificate and cannot be added to the function in `server.useHttps`; ' +
    'give the endpoint a certificate in the settings, or create the function with useHttps(…) of windhover',
  HOST_SERVICE_MISSING: 'the service does not exist; add it to builder.services',
  HOST_SERVICE_CYCLE: 'a service cannot depend on itself, directly or indirectly',
  HOST_SERVICE_NOT_READY: 'the service is created when the host starts; call getAsync before that',
  HOST_SERVICES_DISPOSED: 'the host has stopped and its services are disposed',
} as const satisfies Record<`HOST_${string}`, string>;

export type HostErrorCode = keyof typeof hostErrors;

/** A host was built or used incorrectly. Branch on `code`. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, detail?: string) {
    super(detail === undefined ? hostErrors[code] : `${detail}: ${hostErrors[code]}`);
    this.code = code;
  }
}
