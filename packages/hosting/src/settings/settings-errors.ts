/** Codes of problems with the settings of a host that no schema sees, with what is said of the key. */
export const settingsErrors = {
  SETTINGS_TLS_WITHOUT_HTTPS: 'is for TLS, and the url of this endpoint begins with http: write https, or leave it out',
  SETTINGS_UNIX_ONLY: 'is for unix sockets, and the url of this endpoint is not one: leave it out',
  SETTINGS_SNI_HOST_INVALID: 'is no name of a server: write example.com, *.example.com, or * for the rest',
  SETTINGS_CERTIFICATE_UNKNOWN: 'names none of server.certificates: add it there, or give its path here',
  SETTINGS_CERTIFICATE_PFX_KEY: 'is for certificates in PEM: a PFX has its key in it',
  SETTINGS_ADDRESS_TWICE: 'is the address of another endpoint, too: give one of them another port or address',
  SETTINGS_BUFFER_TOO_SMALL:
    'is less than maxRequestLineSize or maxRequestHeadersTotalSize, so that such heads could not be read',
  SETTINGS_KEY_IN_FILE:
    'says which files are read, so it cannot stand in one: set it in the environment (WINDHOVER_…) or on the command line',
} as const satisfies Record<`SETTINGS_${string}`, string>;

export type SettingsErrorCode = keyof typeof settingsErrors;
