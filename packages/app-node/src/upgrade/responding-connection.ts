import { Buffer } from 'node:buffer';
import { type Connection, ConnectionBase, type Receiver } from '@windhover/connections';
import { type ResponseHead, parseResponseHead } from '../response-head.ts';

/** Sends the response that a listener writes first, as the response of the request. */
export interface UpgradeResponder {
  /** Whether a response with this status opens the connection. */
  opens(status: number): boolean;
  /**
   * Sends a response that opens the connection.
   *
   * @returns the upgraded connection; `undefined` if the upgrade is refused. Does not throw
   */
  open(response: ResponseHead): Connection | undefined;
  /** Sends any other response. */
  refuse(response: ResponseHead): void;
}

/** Characters of a handshake response, at most: such listeners write a short text. */
const maxResponseSize = 1024 * 1024;

/**
 * The connection of a request, for code that writes the response of the handshake itself, like `upgrade` listeners of
 * `node:http`: an HTTP response comes first, in one write or several. That response is sent through the response of the request,
 * where the protocol frames it. After a 101 every call is passed to the upgraded connection; after a refusal the
 * connection can only end. A refusal without a Content-Length is complete at the end of the stream, or of the turn.
 */
export class RespondingConnection extends ConnectionBase {
  readonly #responder: UpgradeResponder;
  /** The response, as far as it has been written. */
  #text = '';
  #hasResponded = false;
  #turnEnd: NodeJS.Immediate | undefined;
  #upgraded: Connection | undefined;
  #receiver: Receiver | undefined;
  #isPaused = false;

  constructor(responder: UpgradeResponder) {
    super();
    this.#responder = responder;
  }

  /** Called once, before the first write. */
  start(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  pause(): void {
    this.#isPaused = true;
    this.#upgraded?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#upgraded?.resume();
  }

  /** The client has left. Before an upgrade the connection closes; the upgraded connection closes by itself. */
  readonly clientLeft = (): void => {
    if (this.#upgraded === undefined) this.#close(undefined);
  };

  /** Does not throw: the writer may be a callback of the application, where an exception ends the process. */
  write(bytes: Uint8Array | string): boolean {
    if (this.#upgraded !== undefined) return this.#upgraded.write(bytes);
    this.#text += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
    if (this.#hasResponded || !beginsResponse(this.#text) || this.#text.length > maxResponseSize) {
      this.abort(new Error('The first writes must be a whole HTTP response, and the only one if it is not 101'));
      return true;
    }
    const response = parseResponseHead(this.#text);
    if (response === undefined) return true;
    if (this.#responder.opens(response.status)) this.#open(response);
    else if (isComplete(response)) this.#refuse();
    else this.#turnEnd ??= setImmediate(() => this.#refuse());
    return true;
  }

  #open(response: ResponseHead): void {
    this.#hasResponded = true;
    const upgraded = this.#responder.open(response);
    if (upgraded === undefined) return this.#close(undefined);
    this.#upgraded = upgraded;
    upgraded.onClosed({ closed: (_connection, error) => this.notifyClosed(error) });
    if (this.#isPaused) upgraded.pause();
    upgraded.start(this.#receiver!);
    // The protocol may send its first bytes in the write of the response.
    if (response.content !== '') upgraded.write(Buffer.from(response.content, 'latin1'));
  }

  #refuse(): void {
    const failure = this.#sendRefusal();
    if (failure !== undefined) this.abort(failure);
  }

  /** Sends a refusal that has been written, and has not been sent. @returns why it cannot be sent */
  #sendRefusal(): Error | undefined {
    clearImmediate(this.#turnEnd);
    const response = this.#hasResponded ? undefined : parseResponseHead(this.#text);
    if (response === undefined) return undefined;
    this.#hasResponded = true;
    try {
      this.#responder.refuse(response);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  end(): void {
    if (this.#upgraded === undefined) this.#close(undefined);
    else this.#upgraded.end();
  }

  abort(reason?: Error): void {
    if (this.#upgraded === undefined) this.#close(reason);
    else this.#upgraded.abort(reason);
  }

  dispose(): void {
    if (this.#upgraded === undefined) this.#close(undefined);
    else this.#upgraded.dispose();
  }

  /** Without an upgrade there is nothing to close: the connection of the request belongs to its protocol. */
  #close(error: Error | undefined): void {
    const reason = this.#sendRefusal() ?? error;
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (receiver === undefined) return;
    queueMicrotask(() => {
      receiver.closed(reason);
      this.notifyClosed(reason);
    });
  }
}

const beginsResponse = (text: string): boolean => text.startsWith('HTTP/1.') || 'HTTP/1.'.startsWith(text);

/** Whether the content is as long as Content-Length says. */
const isComplete = ({ fields, content }: ResponseHead): boolean => {
  const length = fields.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return length !== undefined && content.length >= Number(length);
};
