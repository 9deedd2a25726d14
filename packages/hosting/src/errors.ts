/** The codes of `HostError`, each with the last sentence of its message. */
export const hostErrors = {
  HOSTING_NO_APPLICATION: 'no handler is configured; call configure(app => …) on the builder',
  HOSTING_ALREADY_BUILT: 'the builder has already built its host; create a new builder',
  HOSTING_ALREADY_STARTED: 'the host has already been started or stopped; build a new one',
  HOSTING_ENDPOINTS_NOT_USED: 'endpoints of useServer cannot be used with useServerFactory; add them in the factory',
  HOSTING_HTTPS_NOT_COMBINED:
    'the TLS settings of the endpoint have no certificate and cannot be added to the function in `server.useHttps`; ' +
    'give the endpoint a certificate in the settings, or create the function with useHttps(…) of windhover',
  HOSTING_SERVICE_MISSING: 'the service does not exist; add it to builder.services',
  HOSTING_SERVICE_CYCLE: 'a service cannot depend on itself, directly or indirectly',
  HOSTING_SERVICE_NOT_READY: 'the service is created when the host starts; call getAsync before that',
  HOSTING_SERVICES_DISPOSED: 'the host has stopped and its services are disposed',
} as const satisfies Record<`HOSTING_${string}`, string>;

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
