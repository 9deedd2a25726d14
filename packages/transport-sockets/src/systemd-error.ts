/** Every code of a `SystemdError`, with the sentence that begins its message. */
export const systemdErrors = {
  TRANSPORT_SYSTEMD_LISTEN_PID_INVALID: 'LISTEN_PID is not a process id',
  TRANSPORT_SYSTEMD_LISTEN_FDS_INVALID: 'LISTEN_FDS is not a number of descriptors',
  TRANSPORT_SYSTEMD_LISTEN_FDNAMES_INVALID: 'LISTEN_FDNAMES does not name each descriptor',
} as const satisfies Record<`TRANSPORT_SYSTEMD_${string}`, string>;

export type SystemdErrorCode = keyof typeof systemdErrors;

/** The variables of socket activation contradict its protocol. `code` says which one; the message does not repeat it. */
export class SystemdError extends Error {
  override readonly name = 'SystemdError';
  readonly code: SystemdErrorCode;

  constructor(code: SystemdErrorCode, detail: string) {
    super(`${systemdErrors[code]}. ${detail}`);
    this.code = code;
  }
}
