/** Every code of a `HostError`, with the sentence that its message ends with. */
export const hostErrors = {
  HOST_NO_APPLICATION: 'nothing answers requests: call configure(app => …) on the builder',
  HOST_ALREADY_BUILT: 'the builder has built its host; make a new builder for another one',
  HOST_ALREADY_STARTED: 'the host has been started or stopped before; build a new one',
  HOST_ENDPOINTS_NOT_USED: 'a server made by useServerFactory gets its endpoints there, not from useServer',
  HOST_HTTPS_NOT_COMBINED:
    'the endpoint has TLS settings without a certificate, and they cannot be added to the function that the program has ' +
    'set as `server.useHttps`; give the endpoint a certificate in the settings, or make that function with useHttps(…) of ' +
    'windhover',
  HOST_SERVICE_MISSING: 'there is no such service; add it to builder.services',
  HOST_SERVICE_CYCLE: 'a service cannot need itself, nor one that needs it',
  HOST_SERVICE_NOT_READY: 'the service is made when the host starts; use getAsync before that',
  HOST_SERVICES_DISPOSED: 'the host has stopped and its services are disposed',
} as const satisfies Record<`HOST_${string}`, string>;

export type HostErrorCode = keyof typeof hostErrors;

/** A host was put together or used in a way that cannot work. Callers branch on `code`. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, detail?: string) {
    super(detail === undefined ? hostErrors[code] : `${detail}: ${hostErrors[code]}`);
    this.code = code;
  }
}
