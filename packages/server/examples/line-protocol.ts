import {
  type CloseRequestListener,
  type Connection,
  type ConnectionDelegate,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  type Receiver,
} from '@windhover/connections';

const longestLine = 1024; // bytes
const longestSilence = 30_000; // ms

/** Answers each line in capitals; `quit` ends. It enforces its limits, and closes gracefully when the server stops. */
class LineConnection implements Receiver, HeartbeatListener, CloseRequestListener {
  readonly #connection: Connection;
  #unfinished = '';
  #hasEnded = false;
  #silentSince: number | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  start(): void {
    const { features } = this.#connection;
    this.#connection.start(this);
    features.get(ConnectionHeartbeatFeature)?.onHeartbeat(this);
    features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  received(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    this.#silentSince = undefined;
    const lines = (this.#unfinished + Buffer.from(bytes).toString('latin1')).split('\n');
    this.#unfinished = lines.pop()!;
    for (const line of lines) this.#answer(line.trimEnd());
    if (this.#unfinished.length > longestLine) this.#end('The line is too long');
  }

  #answer(line: string): void {
    if (this.#hasEnded) return;
    if (line === 'quit') this.#end('Goodbye');
    else if (!this.#connection.write(`${line.toUpperCase()}\r\n`)) this.#connection.pause();
  }

  /** The client reads again, so it may send again. */
  drained(): void {
    this.#connection.resume();
  }

  heartbeat(now: number): void {
    if (this.#hasEnded) return this.#connection.dispose();
    this.#silentSince ??= now;
    if (now - this.#silentSince >= longestSilence) this.#end('You were silent for too long');
  }

  closeRequested(): void {
    this.#end('The server is stopping');
  }

  #end(message: string): void {
    this.#hasEnded = true;
    this.#connection.write(`${message}\r\n`);
    this.#connection.end();
  }

  ended(): void {
    this.#connection.end();
  }

  closed(): void {}
}

export const lineProtocol: ConnectionDelegate = (connection) => new LineConnection(connection).start();
