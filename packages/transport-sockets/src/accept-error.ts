/** Every code of an `AcceptError`, with its message. */
export const acceptErrors = {
  ACCEPT_NO_DESCRIPTORS:
    'No file descriptor is left, so new clients are closed as they come; open connections are not harmed. ' +
    'Raise the limit (ulimit -n, LimitNOFILE), or limit the connections below it',
  ACCEPT_FAILED: 'The system could not hand over a new client; open connections are not harmed',
} as const satisfies Record<`ACCEPT_${string}`, string>;

export type AcceptErrorCode = keyof typeof acceptErrors;

/** The system's error codes if the process, or the whole machine, has no free descriptor. */
const noDescriptors: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

/** New connections cannot be accepted. `code` says why; `cause` is the system's error. */
export class AcceptError extends Error {
  override readonly name = 'AcceptError';
  readonly code: AcceptErrorCode;

  constructor(cause: Error) {
    const code = noDescriptors.has('code' in cause && cause.code) ? 'ACCEPT_NO_DESCRIPTORS' : 'ACCEPT_FAILED';
    super(acceptErrors[code], { cause });
    this.code = code;
  }
}
