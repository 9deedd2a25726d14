/** Every code of an `AcceptError`, with its message. */
export const acceptErrors = {
  TRANSPORT_ACCEPT_NO_DESCRIPTORS:
    'No file descriptor is left, so new clients are closed at once; open connections are not affected. ' +
    'Raise the limit (ulimit -n, LimitNOFILE), or limit the connections below it',
  TRANSPORT_ACCEPT_FAILED: 'The system failed to accept a new client; open connections are not affected',
} as const satisfies Record<`TRANSPORT_ACCEPT_${string}`, string>;

export type AcceptErrorCode = keyof typeof acceptErrors;

/** The system's error codes if the process, or the whole machine, has no free descriptor. */
const noDescriptors: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

/** New connections cannot be accepted. `code` is the reason; `cause` is the system's error. */
export class AcceptError extends Error {
  override readonly name = 'AcceptError';
  readonly code: AcceptErrorCode;

  constructor(cause: Error) {
    const code = noDescriptors.has('code' in cause && cause.code)
      ? 'TRANSPORT_ACCEPT_NO_DESCRIPTORS'
      : 'TRANSPORT_ACCEPT_FAILED';
    super(acceptErrors[code], { cause });
    this.code = code;
  }
}
