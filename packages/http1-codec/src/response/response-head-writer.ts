import { FieldRole, type FieldSection } from '@windhover/http';
import { latin1Bytes, latin1Text } from '../grammar/latin1.ts';
import { endOfHead, statusLine } from './head-lines.ts';

/** The fields that a server adds to its responses. */
export interface ServerFields {
  /** Value of Server; `null` for none. */
  readonly serverHeader: string | null;
  /** Whether responses have a Date. */
  readonly dateHeader: boolean;
  /** Milliseconds since 1970, UTC. */
  readonly wallClock: () => number;
}

/**
 * Writes the response heads of a server, with Date (RFC 9110 6.6.1) and Server. This is the fast path: nothing is
 * checked here. The caller passes a `FieldSection`, which is checked when it is filled, and framing that matches the
 * status and the fields. `encodeResponseHead` checks everything.
 *
 * Status line, Date and Server are formatted once a second for each status in use.
 */
export class ResponseHeadWriter {
  readonly #hasDate: boolean;
  readonly #serverLine: string;
  readonly #wallClock: () => number;
  #second = Number.NaN;
  #dateLine = '';
  #beginnings: string[] = [];

  constructor({ serverHeader, dateHeader, wallClock }: ServerFields) {
    this.#hasDate = dateHeader;
    this.#serverLine = serverHeader === null ? '' : `server: ${serverHeader}\r\n`;
    this.#wallClock = wallClock;
  }

  /** Reads the clock. Call it once for the responses of a batch, before the first of them. */
  refresh(): void {
    const second = Math.floor(this.#wallClock() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    if (this.#hasDate) this.#dateLine = `date: ${new Date(second * 1000).toUTCString()}\r\n`;
    this.#beginnings = [];
  }

  /**
   * A response head with its empty line, as latin1 text.
   *
   * @param reasonPhrase empty for the registered phrase
   * @param fields `undefined` for none; its Date and Server override the server's
   * @param connection value of the Connection field to add; empty for none
   * @param content bytes for Content-Length, `chunked` for Transfer-Encoding, `undefined` for neither
   */
  write(
    statusCode: number,
    reasonPhrase: string,
    fields: FieldSection | undefined,
    connection: '' | 'close' | 'keep-alive',
    content: number | 'chunked' | undefined,
  ): string {
    const beginning = this.#beginning(statusCode, reasonPhrase, fields === undefined ? 0 : fields.roles);
    const lines = fields === undefined ? '' : fields.toWire();
    const connectionLine = connection === '' ? '' : `connection: ${connection}\r\n`;
    return beginning + lines + connectionLine + endOfHead(content);
  }

  #beginning(statusCode: number, reasonPhrase: string, roles: number): string {
    const own = roles & (FieldRole.date | FieldRole.server);
    if (own === 0 && reasonPhrase === '') return (this.#beginnings[statusCode] ??= this.#commonBeginning(statusCode));
    const date = (own & FieldRole.date) === 0 ? this.#dateLine : '';
    const server = (own & FieldRole.server) === 0 ? this.#serverLine : '';
    return statusLine(statusCode, reasonPhrase) + date + server;
  }

  /** Flat text instead of the tree that V8 keeps for a concatenation, because it is sent many times. */
  #commonBeginning(statusCode: number): string {
    const bytes = latin1Bytes(statusLine(statusCode, '') + this.#dateLine + this.#serverLine);
    return latin1Text(bytes, 0, bytes.length);
  }
}
