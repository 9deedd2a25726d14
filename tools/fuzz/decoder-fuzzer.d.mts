/** The parts of a decoder that the fuzzer uses; the events are those of `RequestEvent`. */
export interface FuzzSubject {
  createDecoder(limits: object): unknown;
  readonly events: object;
  isRefusal(error: unknown): boolean;
}

/** An input that violates a rule, with everything needed to reproduce it. */
export interface FuzzFailure {
  readonly what: string;
  readonly limits: object;
  readonly text: string;
  readonly places: number[];
}

export function checkInput(subject: FuzzSubject, limits: object, text: string, places: number[]): string | undefined;

export function fuzzDecoder(
  subject: FuzzSubject,
  options: { seed: number; seconds?: number; inputs?: number },
): { runs: number; failure?: FuzzFailure };
