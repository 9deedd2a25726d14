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

/** The kind of a message; `undefined` for messages of the program itself, which may use the same channel. */
export const kindOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'windhover' in message ? message.windhover : undefined;

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
