/** Messages from a worker to its supervisor. */
export type WorkerMessage =
  /** The process is a Windhover worker and handles messages of the supervisor. */
  | { readonly windhover: 'joined' }
  | { readonly windhover: 'ready'; readonly addresses: readonly string[] }
  | { readonly windhover: 'failed'; readonly error: ReportedError }
  /** The worker is about to bind a unix socket, which the primary process does with this umask; `undefined` once it is bound. */
  | { readonly windhover: 'umask'; readonly umask?: number }
  /** The worker requests a successor. */
  | { readonly windhover: 'retire' }
  /** The worker requests a stop of all workers. */
  | { readonly windhover: 'shutdown' };

/** Messages from a supervisor to a worker. Times in milliseconds, keys in base64. */
export type SupervisorMessage =
  | {
      readonly windhover: 'welcome';
      readonly shutdownTimeout: number | null;
      readonly keys: string;
      /** The addresses that the other workers listen on. */
      readonly addresses: readonly string[];
    }
  | { readonly windhover: 'keys'; readonly keys: string }
  | { readonly windhover: 'stop' };

/** An error as it is sent between processes. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/**
 * Reads a message of a worker. The worker may run another version of this package, because a reload after an update starts
 * the new version; so members that are missing or invalid get a default.
 *
 * @returns `undefined` for messages of the program itself, which may use the same channel, and for unknown kinds
 */
export const readWorkerMessage = (received: unknown): WorkerMessage | undefined => {
  const { windhover, ...message } = membersOf(received);
  switch (windhover) {
    case 'joined':
    case 'retire':
    case 'shutdown':
      return { windhover };
    case 'ready':
      return { windhover, addresses: textsOf(message['addresses']) };
    case 'failed':
      return { windhover, error: readError(message['error']) };
    case 'umask':
      return typeof message['umask'] === 'number' ? { windhover, umask: message['umask'] } : { windhover };
    default:
      return undefined;
  }
};

/** Reads a message of the supervisor, which may run another version of this package. @returns as `readWorkerMessage` */
export const readSupervisorMessage = (received: unknown): SupervisorMessage | undefined => {
  const { windhover, keys, ...message } = membersOf(received);
  if (windhover === 'stop') return { windhover };
  if (typeof keys !== 'string') return undefined;
  if (windhover === 'keys') return { windhover, keys };
  if (windhover !== 'welcome') return undefined;
  const timeout = message['shutdownTimeout'];
  return {
    windhover,
    shutdownTimeout: typeof timeout === 'number' ? timeout : null,
    keys,
    addresses: textsOf(message['addresses']),
  };
};

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const readError = (value: unknown): ReportedError => {
  const { name, message, code } = membersOf(value);
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : 'the worker has not reported a message',
    ...(typeof code === 'string' && { code }),
  };
};

export const reportedError = (error: unknown): ReportedError => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, message: error.message, ...(code === undefined ? undefined : { code }) };
};

/** The error as the other process sees it. It has no stack, because a stack would describe the wrong process. */
export const errorOf = ({ name, message, code }: ReportedError): Error => {
  const error = Object.assign(new Error(message), { name }, code === undefined ? undefined : { code });
  delete error.stack;
  return error;
};
