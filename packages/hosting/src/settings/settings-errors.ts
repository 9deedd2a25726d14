/** Codes of problems between settings, which no schema can check, each with the predicate for the key. */
export const settingsErrors = {
  HOSTING_SETTINGS_TLS_WITHOUT_HTTPS:
    'requires TLS, but the url of this endpoint begins with http: use https, or remove the key',
  HOSTING_SETTINGS_UNIX_ONLY: 'requires a unix socket, but the url of this endpoint is not one: remove the key',
  HOSTING_SETTINGS_SNI_HOST_INVALID: 'is not a server name: use example.com, *.example.com, or * for all others',
  HOSTING_SETTINGS_CERTIFICATE_UNKNOWN: 'is not a key of server.certificates: add it there, or set the path here',
  HOSTING_SETTINGS_CERTIFICATE_PFX_KEY: 'requires a certificate in PEM: a PFX contains its key',
  HOSTING_SETTINGS_AUTHORITIES_UNUSED:
    'has no effect, because no clientCertificateMode applies: set it to allowCertificate or requireCertificate',
  HOSTING_SETTINGS_ADDRESS_TWICE:
    'is also the address of another endpoint: use another port or address for one of them',
  HOSTING_SETTINGS_BUFFER_TOO_SMALL:
    'is less than maxRequestLineSize or maxRequestHeadersTotalSize, so such heads could not be read',
  HOSTING_SETTINGS_KEY_IN_FILE:
    'determines which files are read, so it cannot be in one: use the environment (WINDHOVER_…) or the command line',
} as const satisfies Record<`HOSTING_SETTINGS_${string}`, string>;

export type SettingsErrorCode = keyof typeof settingsErrors;
