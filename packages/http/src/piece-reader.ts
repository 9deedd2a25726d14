/** Reads content piece by piece, from any kind of source. */
export interface PieceReader {
  next(): Promise<IteratorResult<unknown>>;
  /** Closes the source at once, even while `next` is pending. Never throws. */
  close(): void;
}

/** A source of pieces: a Node stream, a web stream, an async or a sync iterable. */
export type PieceSource<Piece> = AsyncIterable<Piece> | Iterable<Piece> | ReadableStreamLike;

/** The part of a web `ReadableStream` that is used here; not every runtime makes it iterable. */
export interface ReadableStreamLike {
  /** Whether it has a reader. */
  readonly locked?: boolean;
  getReader(): { read(): Promise<unknown>; cancel(reason?: unknown): Promise<void> };
}

/** Whether a value can be read piece by piece. False for strings and buffers. */
export const isPieceSource = (value: unknown): value is PieceSource<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value || Symbol.iterator in value || isWebStream(value));

/** Opens a reader on a source. @throws TypeError for a web stream that another reader has locked */
export const readPieces = (source: PieceSource<unknown>): PieceReader => {
  if (isWebStream(source)) return readWebStream(source);
  const close = isNodeStream(source) ? () => void source.destroy() : undefined;
  return readIterable(source as AsyncIterable<unknown> | Iterable<unknown>, close);
};

/** Closes a source that is not read. Never throws. */
export const closeSource = (source: PieceSource<unknown>): void => ignoreFailure(() => readPieces(source).close());

const isWebStream = (value: object): value is ReadableStreamLike =>
  typeof (value as Partial<ReadableStreamLike>).getReader === 'function';

/** The iterator of a Node.js stream cannot return during a pending read, so the stream itself is destroyed. */
const isNodeStream = (value: object): value is { destroy(): unknown } => {
  const { destroy, pipe } = value as { destroy?: unknown; pipe?: unknown };
  return typeof destroy === 'function' && typeof pipe === 'function';
};

const readWebStream = (stream: ReadableStreamLike): PieceReader => {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    close: () => ignoreFailure(() => reader.cancel()),
  };
};

const readIterable = (
  source: AsyncIterable<unknown> | Iterable<unknown>,
  close: (() => void) | undefined,
): PieceReader => {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    next: async () => {
      const { done = false, value } = await iterator.next();
      // A sync iterable may yield promises.
      return { done, value: await value };
    },
    close: () => {
      if (close !== undefined) ignoreFailure(close);
      ignoreFailure(() => iterator.return?.());
    },
  };
};

/** Ignores errors of a source during its closing: only the reason for closing is reported. */
const ignoreFailure = (close: () => unknown): void => {
  try {
    const pending = close();
    if (pending instanceof Promise) pending.catch(() => {});
  } catch {
    // Ignored.
  }
};
