/** One problem of the development certificate. */
export interface DevCertsErrorSpec {
  /** Whether a server can use the certificate in spite of the problem. */
  readonly usable: boolean;
  readonly message: string;
  /** Advice for the user. */
  readonly advice: string;
}

const makeAnother = 'make another one with "windhover dev-certs"';

/** All problems of the development certificate, and all errors of making one. */
export const devCertsErrors = {
  DEV_CERTS_FOLDER_UNKNOWN: {
    usable: false,
    message: 'this user has no folder for the development certificate',
    advice: 'name one in the environment variable WINDHOVER_DEV_CERTS',
  },
  DEV_CERTS_FOLDER_EXPOSED: {
    usable: false,
    message: 'other users can write into the folder of the development certificate',
    advice:
      'make it yours alone (chmod 700), on a file system that keeps modes, then remove its files with "windhover dev-certs --clean"',
  },
  DEV_CERTS_MISSING: {
    usable: false,
    message: 'there is no development certificate',
    advice: 'make one with "windhover dev-certs"',
  },
  DEV_CERTS_UNREADABLE: {
    usable: false,
    message: 'a file of the development certificate cannot be read',
    advice: 'check that it belongs to you',
  },
  DEV_CERTS_CORRUPT: {
    usable: false,
    message: 'a file does not hold a certificate and its private key',
    advice: makeAnother,
  },
  DEV_CERTS_KEY_EXPOSED: {
    usable: false,
    message: 'other users can read a private key, or have put it there',
    advice: makeAnother,
  },
  DEV_CERTS_KEY_MISMATCH: {
    usable: false,
    message: 'a private key does not belong to the certificate beside it',
    advice: makeAnother,
  },
  DEV_CERTS_NOT_YET_VALID: {
    usable: false,
    message: 'the development certificate is not valid yet',
    advice: 'set the clock, or start again with "windhover dev-certs --clean"',
  },
  DEV_CERTS_EXPIRED: {
    usable: false,
    message: 'the development certificate has expired',
    advice: 'renew it with "windhover dev-certs"',
  },
  DEV_CERTS_EXPIRES_SOON: {
    usable: true,
    message: 'the development certificate expires within 30 days',
    advice: 'renew it with "windhover dev-certs"',
  },
  DEV_CERTS_NAMES_MISSING: {
    usable: true,
    message: 'the development certificate lacks a name that every development certificate has',
    advice: 'renew it with "windhover dev-certs"',
  },
  DEV_CERTS_AUTHORITY_MISMATCH: {
    usable: true,
    message: 'the authority beside the development certificate is missing, or has not issued it',
    advice: 'make both again with "windhover dev-certs", and trust the new authority',
  },
  DEV_CERTS_NAME_INVALID: {
    usable: false,
    message: 'the name is neither "localhost" nor a host name below it',
    advice: 'choose one like "shop.localhost"; an authority for other names would be a danger to you',
  },
  DEV_CERTS_EXPORT_INTO_STORE: {
    usable: false,
    message: 'the copies would replace the files of the development certificate',
    advice: 'choose another folder',
  },
  DEV_CERTS_WRITE_FAILED: {
    usable: false,
    message: 'a file could not be written or removed',
    advice: 'check that the folder belongs to you and that the disk is not full',
  },
  DEV_CERTS_CONTENDED: {
    usable: false,
    message: 'other processes keep replacing the development certificate',
    advice: 'wait for them, then try again',
  },
} as const satisfies Record<`DEV_CERTS_${string}`, DevCertsErrorSpec>;

export type DevCertsErrorCode = keyof typeof devCertsErrors;

/** A problem, its file, and advice. `cause` is the error of the system if there is one. */
export class DevCertsError extends Error {
  override readonly name = 'DevCertsError';
  readonly code: DevCertsErrorCode;
  /** Whether a server can use the certificate in spite of the problem. */
  readonly usable: boolean;

  /** @param subject the file, folder or name with the problem */
  constructor(code: DevCertsErrorCode, subject?: string, options?: ErrorOptions) {
    const { message, advice, usable } = devCertsErrors[code];
    super(`${message}${subject === undefined ? '' : ` (${subject})`}: ${advice}`, options);
    this.code = code;
    this.usable = usable;
  }
}
