import { defaultUrgency } from './scheduler.ts';

/** `u=` and a digit as a member of a structured dictionary (RFC 9218 4.1); the last one holds (RFC 8941 3.2). */
const urgencyMember = /(?:^|,)[ \t]*u=([0-7])[ \t]*(?=$|[,;])/g;

/** Urgency from a `priority` field or a PRIORITY_UPDATE frame; anything that is not understood is the default. */
export const urgencyOf = (priority: string): number => {
  let urgency = defaultUrgency;
  for (const [, digit] of priority.matchAll(urgencyMember)) urgency = Number(digit);
  return urgency;
};
