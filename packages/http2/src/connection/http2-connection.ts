import {
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeNotificationFeature,
  type HeartbeatListener,
  type Receiver,
  probePeer,
} from '@windhover/connections';
import { type FieldSection, HttpError } from '@windhover/http';
import { type TurnTaker, requestTurns } from '@windhover/http/exchange';
import { ErrorCode } from '../codec/error-code.ts';
import { Http2Error } from '../codec/errors.ts';
import { ReceiveWindow } from '../codec/flow-window.ts';
import { StreamEvent } from '../codec/stream-state.ts';
import type { Http2Exchange } from '../exchange/exchange.ts';
import { ConnectionClock } from './connection-clock.ts';
import { FrameReceiver } from './frame-receiver.ts';
import { FrameSender, type FrameSenderHost } from './frame-sender.ts';
import { HeadersReceiver } from './headers-receiver.ts';
import { Http2ConnectionBase, type Http2Host, Phase } from './http2-connection-base.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { StreamOutput } from './stream-output.ts';
import { TunnelConnection } from './tunnel-connection.ts';
import { UnfinishedStreams } from './unfinished-streams.ts';
import { WorkAllowance } from './work-allowance.ts';

/**
 * Bytes of frames other than DATA that may be queued for a client that does not read, before the server stops reading
 * from it. Frames that have been received are not handled either: a chunk of requests can cause a hundred times its size.
 */
const maxUnreadControl = 64 * 1024;

/**
 * One HTTP/2 connection: passes received bytes to the `FrameReceiver`, collects output in the `FrameSender`, and keeps
 * the table of streams.
 *
 * Source: RFC 9113; Kestrel `Http2Connection`
 */
export class Http2Connection
  extends Http2ConnectionBase
  implements Receiver, HeartbeatListener, FrameSenderHost, TurnTaker
{
  readonly sender: FrameSender;
  readonly allowance: WorkAllowance = new WorkAllowance();
  readonly unfinished: UnfinishedStreams = new UnfinishedStreams();
  /** Window for content of all streams together. */
  readonly window: ReceiveWindow;
  protected readonly receiver: FrameReceiver;
  protected readonly clock: ConnectionClock;
  /** Whether the client has ended its side: no more bytes will be received. */
  peerHasEnded = false;
  /** Bytes other than DATA written while the client did not read. */
  #unreadControl = 0;
  /** Whether received frames wait for a later turn of the event loop. */
  #waitsForTurn = false;
  /** Responses that hold their first content until the end of the turn. */
  #held: Http2Exchange[] = [];

  constructor(below: Connection, host: Http2Host) {
    super(below, host);
    this.sender = new FrameSender(below, this, host.common);
    this.clock = new ConnectionClock(this, below.features.get(ConnectionHeartbeatFeature));
    this.window = new ReceiveWindow(this.limits.http2.initialConnectionWindowSize);
    this.receiver = new FrameReceiver(this, new HeadersReceiver(this, below, host));
  }

  /** Takes over the connection. A cleartext client may still send HTTP/1.1. */
  start(): void {
    if (this.scheme === 'https') this.sendPreface();
    this.clock.start();
    this.below.start(this);
    this.features.get(ConnectionLifetimeNotificationFeature)?.onCloseRequested(this);
  }

  // Receiver

  received(bytes: Uint8Array): void {
    if (!this.isReading) return;
    this.#beginBatch();
    this.receiver.received(bytes);
    this.#endBatch();
  }

  borrowed(memory: Uint8Array, size: number): void {
    if (!this.isReading) return;
    this.#beginBatch();
    this.receiver.borrowed(memory, size);
    this.#endBatch();
  }

  #beginBatch(): void {
    this.clock.received();
    this.host.common.refresh();
    this.sender.output.isBatching = true;
  }

  #endBatch(): void {
    const { output } = this.sender;
    this.sender.pump();
    output.isBatching = false;
    if (this.streams.running > 0) {
      output.requestLateFlush();
    } else {
      this.beforeFlush();
      output.flush();
    }
    this.clock.afterReading();
    this.closeIfDone();
  }

  drained(): void {
    const { output } = this.sender;
    output.drained();
    this.#unreadControl = 0;
    this.clock.drained();
    if (this.phase === Phase.lingering) return this.endSide();
    output.isBatching = true;
    this.sender.pump();
    output.isBatching = false;
    output.flush();
    if (!output.isUnderPressure) this.#readOn();
    this.closeIfDone();
  }

  ended(): void {
    if (!this.isReading) return;
    this.peerHasEnded = true;
    // The client has ended its side: complete requests are answered, the others can never be completed.
    this.phase = Phase.lastStreams;
    for (const stream of this.streams) {
      if (stream.hasReceivedEnd) stream.exchange?.clientEnded();
      else this.streamFailed(stream.id, new Http2Error('HTTP2_REQUEST_INCOMPLETE'));
    }
    if (!this.streams.isEmpty) probePeer(this.below);
    this.closeIfDone();
  }

  closed(error?: Error): void {
    this.phase = Phase.closed;
    this.clock.stop();
    this.abortStreams(error);
    // A handler may continue after its response. A tunnel may still have bytes for its receiver.
    for (const { exchange, input } of this.streams.orphans) if (input === exchange) exchange?.aborted(error);
  }

  // Pauses

  #pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.below.pause();
  }

  /** Ends a pause, unless there is another reason for it: handles the frames that wait first, which may cause another. */
  #readOn(): void {
    if (!this.isPaused || !this.isReading) return;
    if (this.#waitsForTurn || this.#unreadControl >= maxUnreadControl) return;
    this.isPaused = false;
    this.#beginBatch();
    this.receiver.readOn();
    this.#endBatch();
    // Also if the connection ends: the bytes that the client still sends are dropped.
    if (!this.isPaused) this.below.resume();
  }

  /** Leaves requests that have been received to a later turn of the event loop, if those of this turn took long. */
  yieldIfTurnIsOver(): void {
    if (requestTurns.hasTimeAfter(this.streams.count)) return;
    this.#waitsForTurn = true;
    this.#pause();
    requestTurns.wait(this);
  }

  /** Called when a turn of the event loop for this connection begins. */
  continueRequests(): void {
    this.#waitsForTurn = false;
    this.#readOn();
  }

  // Called by the receivers of frames

  /** Called when the client has sent its preface. Over TLS, the server's preface was sent at the start. */
  prefaceReceived(): void {
    if (!this.hasSentPreface) this.sendPreface();
  }

  /** Whether requests on new streams are ignored, because GOAWAY has announced the last stream. */
  get ignoresNewStreams(): boolean {
    return this.phase === Phase.lastStreams;
  }

  headReceived(): void {
    this.clock.headReceived();
  }

  streamOpened(stream: Http2Stream): void {
    this.streams.add(stream);
    this.clock.streamOpened();
  }

  contentReceived(size: number): void {
    this.clock.contentReceived(size);
  }

  removeStream(stream: Http2Stream): void {
    this.streams.remove(stream);
    if (!this.sender.output.isBatching) this.sender.output.requestFlush();
  }

  streamFailed(streamId: number, error: Http2Error): void {
    this.report(error);
    const stream = this.streams.get(streamId);
    if (stream !== undefined) {
      stream.reset(error.errorCode, error);
      return;
    }
    this.sender.rstStream(streamId, error.errorCode);
    this.streams.recent.reset(streamId);
  }

  // Called by streams

  /** Called when bytes of content are no longer buffered: reopens the window of the connection. */
  consumed(size: number): void {
    const increment = this.window.consume(size);
    if (increment > 0) this.updateWindow(0, increment);
  }

  updateWindow(streamId: number, increment: number): void {
    if (this.isReading) this.sender.windowUpdate(streamId, increment);
  }

  resetStream(stream: Http2Stream, errorCode: ErrorCode, cause: Error | undefined): void {
    if (this.phase !== Phase.closed) this.sender.rstStream(stream.id, errorCode);
    stream.aborted(cause);
    this.removeStream(stream);
    this.streams.recent.reset(stream.id);
  }

  /** Called when one side of a stream has ended. */
  sideEnded(stream: Http2Stream): void {
    if (stream.isClosed) {
      this.removeStream(stream);
      this.streams.recent.closed(stream.id);
      if (stream.input instanceof TunnelConnection) stream.input.bothEnded();
    } else {
      if (stream.hasSentEnd && stream.input instanceof TunnelConnection) stream.input.sentEnd();
      this.#noteIfUnfinished(stream);
    }
  }

  /** Called when the handler of an exchange has finished. */
  exchangeOver(exchange: Http2Exchange): void {
    const { stream } = exchange;
    this.streams.handlerFinished(stream);
    exchange.dropContent();
    if (stream.input instanceof TunnelConnection && stream.input.isUnused) this.clock.watchTunnel(stream.input);
    this.#noteIfUnfinished(stream);
    if (!this.sender.output.isBatching) this.closeIfDone();
  }

  /**
   * Records a stream whose response is complete and whose request is not. The request may become complete in the same
   * batch.
   */
  #noteIfUnfinished(stream: Http2Stream): void {
    const { exchange, input } = stream;
    if (!stream.hasSentEnd || stream.isClosed || input !== exchange || exchange?.isOver !== true) return;
    this.unfinished.add(stream, this.clock.now ?? 0);
    this.sender.output.requestFlush();
  }

  sendHead(
    stream: Http2Stream,
    statusCode: number,
    fields: FieldSection | undefined,
    contentLength: number,
    endsStream: boolean,
  ): void {
    stream.move(StreamEvent.sendHeaders);
    this.sender.head(stream.id, statusCode, fields, contentLength, endsStream);
  }

  holdBack(exchange: Http2Exchange): void {
    this.#held.push(exchange);
    this.sender.output.requestFlush();
  }

  watchContent(exchange: Http2Exchange): void {
    this.clock.watchContent(exchange);
  }

  endOutput(output: StreamOutput): void {
    const stream = this.streams.get(output.streamId);
    if (stream === undefined) return;
    if (stream.trailers !== undefined) this.sender.trailers(stream.id, stream.trailers);
    stream.outputEnded();
  }

  fieldDropped(streamId: number, name: string): void {
    const exchange = this.streams.get(streamId)?.exchange;
    if (exchange !== undefined) this.events.responseFieldDropped?.(name, exchange);
  }

  /** Answers CONNECT with 200; the stream then becomes a connection. */
  openTunnel(exchange: Http2Exchange): Connection {
    const { stream } = exchange;
    const tunnel = new TunnelConnection(stream, exchange.head.protocol === 'websocket');
    if (this.host.services.upgrades?.enter(tunnel, true) === false) throw new HttpError('HTTP_UPGRADE_LIMIT');
    this.sendHead(stream, 200, this.#fieldsOf(exchange, tunnel), -1, false);
    stream.input = tunnel;
    exchange.handedOver();
    exchange.passOn(tunnel);
    return tunnel;
  }

  /** Also asks the receivers of tunnels, which can last as long as the connection. */
  override closeRequested(): void {
    this.leave();
    for (const { input } of this.streams) if (input instanceof TunnelConnection) input.requestClose();
  }

  /** Called when a tunnel was not started in time after the handler has returned: not even its end would be noticed. */
  tunnelUnused(tunnel: TunnelConnection): void {
    this.events.applicationError(new HttpError('HTTP_UPGRADE_UNUSED'), tunnel.features);
    tunnel.dispose();
  }

  #fieldsOf({ response }: Http2Exchange, tunnel: TunnelConnection): FieldSection {
    try {
      return response.prepareUpgrade();
    } catch (error) {
      tunnel.notOpened();
      throw error;
    }
  }

  // FrameSenderHost

  get maxQueued(): number {
    return this.limits.maxResponseBufferSize ?? Infinity;
  }

  beforeFlush(): void {
    const held = this.#held;
    if (held.length > 0) {
      this.#held = [];
      for (const { stream } of held) stream.run!.releaseContent();
    }
    this.sender.pump();
    if (this.clock.now === undefined) this.unfinished.reset();
  }

  afterFlush(): void {
    this.closeIfDone();
  }

  /** Pauses reading from a client that causes output and does not read it. */
  writtenUnderPressure(size: number, wasUnderPressure: boolean): void {
    this.clock.writtenUnderPressure(size);
    // DATA is not written under pressure, so these bytes are other frames.
    if (wasUnderPressure) this.#unreadControl += size;
    if (this.#unreadControl >= maxUnreadControl) this.#pause();
  }

  heartbeat(now: number): void {
    this.allowance.earnSecond();
    this.clock.tick(now);
    this.unfinished.reset(now);
    if (!this.peerHasEnded || !this.isReading) return;
    probePeer(this.below);
    this.#cancelBlocked();
  }

  /** Cancels responses that wait for a window: a client that has ended its side can no longer open one. */
  #cancelBlocked(): void {
    if (this.sender.output.isUnderPressure) return;
    for (const stream of this.streams) if (stream.output.isBlocked) stream.reset(ErrorCode.CANCEL);
    this.closeIfDone();
  }
}
