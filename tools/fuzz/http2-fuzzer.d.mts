/** The codec under test. */
export interface Http2Subject {
  createReader(limits: object): unknown;
  createDecoder(limits: object): unknown;
  readonly events: Readonly<Record<string, number>>;
  isRefusal(error: unknown): boolean;
}

export interface Http2Failure {
  readonly what: string;
  readonly limits: object;
  /** The bytes of the client, including its preface. */
  readonly hex: string;
  readonly places: number[];
}

export function checkFrames(
  subject: Http2Subject,
  limits: object,
  bytes: Uint8Array,
  places: number[],
): string | undefined;

export function fuzzHttp2(
  subject: Http2Subject,
  options: { seed: number; seconds?: number; inputs?: number },
): { runs: number; failure?: Http2Failure };
