import { Buffer } from 'node:buffer';
import { FrameEvent, FrameReader, type FrameReaderLimitOptions, Http2Error } from '../../src/codec/index.ts';

const names = Object.fromEntries(Object.entries(FrameEvent).map(([name, value]) => [value, name]));

/** Memory that each piece is read from, and that is overwritten after it. */
const lentMemory = new Uint8Array(64 * 1024);

/**
 * The events of a reader for the pieces, one line of text per event; pieces of one DATA frame are joined.
 *
 * @param areLent whether the reader only borrows the pieces
 */
export const readFrames = (
  pieces: readonly Uint8Array[],
  limits?: FrameReaderLimitOptions,
  areLent = false,
): string[] => {
  const reader = new FrameReader(limits);
  const events: string[] = [];
  let data = '';
  for (const piece of pieces) {
    if (areLent) {
      reader.release();
      lentMemory.fill(0xaa).set(piece);
      reader.lend(lentMemory, piece.length);
    } else {
      reader.push(piece);
    }
    for (;;) {
      let event: FrameEvent;
      try {
        event = reader.read();
      } catch (error) {
        if (!(error instanceof Http2Error)) throw error;
        events.push(error.code);
        if (error.isConnectionError) return events;
        continue;
      }
      if (event === FrameEvent.needData) break;
      if (event !== FrameEvent.data) {
        events.push(describe(reader, event));
        continue;
      }
      if (reader.isFrameStart) data = `data ${reader.streamId} (${reader.frameLength}) `;
      data += text(reader);
      if (!reader.isInData) events.push(data.trimEnd() + (reader.endsStream ? ' end' : ''));
    }
  }
  return events;
};

const text = ({ bytes, start, end }: FrameReader): string => Buffer.from(bytes.subarray(start, end)).toString('latin1');
const digits = ({ bytes, start, end }: FrameReader): string => Buffer.from(bytes.subarray(start, end)).toString('hex');

const describe = (reader: FrameReader, event: FrameEvent): string => {
  const name = names[event]!;
  switch (event) {
    case FrameEvent.headers: {
      const dependency = reader.dependency === -1 ? '' : ` depends on ${reader.dependency}`;
      return `headers ${reader.streamId} ${digits(reader)}${dependency}${reader.endsStream ? ' end' : ''}`;
    }
    case FrameEvent.priority:
      return `priority ${reader.streamId} depends on ${reader.dependency}`;
    case FrameEvent.rstStream:
      return `rstStream ${reader.streamId} ${reader.errorCode}`;
    case FrameEvent.settings:
      return `settings ${digits(reader)}`.trimEnd();
    case FrameEvent.ping:
    case FrameEvent.pingAck:
      return `${name} ${digits(reader)}`;
    case FrameEvent.goAway:
      return `goAway ${reader.lastStreamId} ${reader.errorCode}`;
    case FrameEvent.windowUpdate:
      return `windowUpdate ${reader.streamId} ${reader.increment}`;
    case FrameEvent.priorityUpdate:
      return `priorityUpdate ${reader.streamId} ${reader.priority}`;
    default:
      return name;
  }
};
