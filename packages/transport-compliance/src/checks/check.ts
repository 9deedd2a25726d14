import type { Session } from '../session.ts';
import type { ConnectionPair } from '../subject.ts';

/** What a check of two connected connections is given; it starts them itself. */
export interface PairSubject extends ConnectionPair {
  /** See `ConnectionTraits.resets`. */
  readonly resets: boolean;
}

export interface PairCheck {
  readonly name: string;
  readonly run: (subject: PairSubject) => Promise<void>;
}

export interface TransportCheck {
  readonly name: string;
  readonly run: (session: Session) => Promise<void>;
}
