/** Exit codes of the command, besides 0. */
export const exitCodes = {
  /** The module or its host failed. */
  failed: 1,
  /** The command line is invalid. */
  usage: 2,
} as const;

/** An error that is shown to the user as one sentence, without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
