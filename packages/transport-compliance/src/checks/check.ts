import type { Session } from '../session.ts';
import type { ConnectionPair } from '../subject.ts';

/** The arguments of a check of two connected connections. The check starts the connections itself. */
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
