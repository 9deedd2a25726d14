/** What a worker tells its supervisor. */
export type WorkerMessage =
  /** It is a Windhover worker, and obeys. */
  | { readonly windhover: 'joined' }
  | { readonly windhover: 'ready'; readonly addresses: readonly string[] }
  | { readonly windhover: 'failed'; readonly error: ReportedError }
  /** It is about to bind a unix socket: the primary process binds, with this umask; `undefined` when it is done. */
  | { readonly windhover: 'umask'; readonly umask?: number }
  /** It wants a successor. */
  | { readonly windhover: 'retire' }
  /** It wants all to end. */
  | { readonly windhover: 'shutdown' };

/** What a supervisor tells a worker. Times in milliseconds, keys in base64. */
export type SupervisorMessage =
  | {
      readonly windhover: 'welcome';
      readonly shutdownTimeout: number | null;
      readonly keys: string;
      /** What the other workers listen on. */
      readonly addresses: readonly string[];
    }
  | { readonly windhover: 'keys'; readonly keys: string }
  | { readonly windhover: 'stop' };

/** An error on its way between processes. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** The kind of a message; `undefined` for those of the program itself, which may use the same channel. */
export const kindOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'windhover' in message ? message.windhover : undefined;

export const reportedError = (error: unknown): ReportedError => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, message: error.message, ...(code === undefined ? undefined : { code }) };
};

/** The error as the other process sees it; its stack would be of the wrong process, so it has none. */
export const errorOf = ({ name, message, code }: ReportedError): Error => {
  const error = Object.assign(new Error(message), { name }, code === undefined ? undefined : { code });
  delete error.stack;
  return error;
};
