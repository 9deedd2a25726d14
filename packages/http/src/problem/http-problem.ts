import { HttpError } from '../errors.ts';
import { errorTitle } from '../status-codes.ts';

/** Parts of an `HttpProblem`, all of which the client sees. */
export interface HttpProblemOptions extends ErrorOptions {
  /** The kind of problem in a few words; by default the reason phrase of the status. */
  readonly title?: string;
  /** The cause of this occurrence, written so that the client can correct it. */
  readonly detail?: string;
  /** A URI that names the kind of problem. */
  readonly type?: string;
  /** A URI reference that names this occurrence. */
  readonly instance?: string;
  /** Fields of the response, e.g. `{ 'retry-after': 5 }` or `{ 'www-authenticate': 'Bearer' }`. */
  readonly fields?: Readonly<Record<string, string | number>>;
  /** Further members of the problem details, e.g. `{ balance: 30 }`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * An error that answers its request: `throw new HttpProblem(404, 'There is no user 7')`. The client gets the status
 * with problem details or text, depending on its Accept field. A status below 500 is a client error and is not logged
 * as an error.
 *
 * Source: RFC 9457 section 3
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code = 'HTTP_PROBLEM';
  /** 400 to 599. */
  readonly status: number;
  /** Tells other frameworks that the client may see the message. */
  readonly expose = true;
  readonly title: string | undefined;
  readonly detail: string | undefined;
  readonly type: string | undefined;
  readonly instance: string | undefined;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  /**
   * @param status 400 to 599
   * @param given the detail alone, or all parts
   * @throws HttpError `HTTP_STATUS_INVALID`
   */
  constructor(status: number, given: string | HttpProblemOptions = {}) {
    const options = typeof given === 'string' ? { detail: given } : given;
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new HttpError(
        'HTTP_STATUS_INVALID',
        `an HttpProblem must have a status from 400 to 599; received ${status}`,
      );
    }
    super(options.detail ?? options.title ?? errorTitle(status), options);
    this.status = status;
    this.title = options.title;
    this.detail = options.detail;
    this.type = options.type;
    this.instance = options.instance;
    this.fields = options.fields ?? {};
    this.extensions = options.extensions ?? {};
  }
}
