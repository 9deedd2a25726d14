/** Every code of a `SupervisorError`, with its message. */
export const supervisorErrors = {
  SUPERVISOR_NO_PROGRAM: 'The workers have no program to start: run Node.js with a file, or set `program`',
  SUPERVISOR_IN_WORKER: 'This process is a worker itself; call supervisedWorker() before you create a supervisor',
  SUPERVISOR_ALREADY_STARTED: 'The supervisor has already been started; create a new one',
  SUPERVISOR_NOT_RUNNING: 'The supervisor has not been started, or is about to stop',
  SUPERVISOR_START_FAILED: 'A worker ended before it was ready, so all of them are stopped. Its own output says why',
  SUPERVISOR_RELOAD_FAILED:
    'A new worker ended before it was ready, so the old one keeps running. Its own output says why',
} as const satisfies Record<`SUPERVISOR_${string}`, string>;

export type SupervisorErrorCode = keyof typeof supervisorErrors;

export interface SupervisorErrorOptions extends ErrorOptions {
  /** Details of this case: a sentence without the full stop. */
  readonly detail?: string;
  readonly exitCode?: number;
}

/** A call that the supervisor refused, or an operation that failed. `cause` is the error that the worker reported, if any. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
  readonly code: SupervisorErrorCode;
  /** The exit code for a process that cannot continue: the code of the worker that failed, otherwise 1. */
  readonly exitCode: number;

  constructor(code: SupervisorErrorCode, { detail, exitCode = 1, ...options }: SupervisorErrorOptions = {}) {
    super(detail === undefined ? supervisorErrors[code] : `${supervisorErrors[code]} (${detail})`, options);
    this.code = code;
    this.exitCode = exitCode;
  }
}
