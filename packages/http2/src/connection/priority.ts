import { longestPriority } from '../codec/frame-reader.ts';
import { defaultUrgency } from './scheduler.ts';

/** The parts of a stream that a priority changes. */
export interface Prioritized {
  /** 0 is the most urgent, 7 the least. */
  urgency: number;
  /** Whether the stream takes turns with others of its urgency; otherwise it is sent in one go. */
  isIncremental: boolean;
}

/** `u=` and a digit as a member of a structured dictionary (RFC 9218 4.1); the last one counts (RFC 9651 3.2). */
const urgencyMember = /(?:^|,)[ \t]*u=([0-7])[ \t]*(?=$|[,;])/g;
/** `i`, which is true without a value (RFC 9218 4.2). */
const incrementalMember = /(?:^|,)[ \t]*i(?:=\?([01]))?[ \t]*(?=$|[,;])/g;

/**
 * Applies a `priority` field or a PRIORITY_UPDATE frame. Invalid members get their defaults: urgency 3, not
 * incremental. So do all members of a field that is longer than `longestPriority`, because a few bytes of HPACK can refer
 * to a value of many members. A stream without any priority is incremental, so that for clients without priorities one response never
 * blocks another.
 *
 * Source: RFC 9218 section 4
 */
export const prioritize = (stream: Prioritized, priority: string): void => {
  stream.urgency = defaultUrgency;
  stream.isIncremental = false;
  if (priority.length > longestPriority) return;
  for (const [, digit] of priority.matchAll(urgencyMember)) stream.urgency = Number(digit);
  for (const [, digit] of priority.matchAll(incrementalMember)) stream.isIncremental = digit !== '0';
};
