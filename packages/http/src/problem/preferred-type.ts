const offered = ['text/html', 'application/problem+json', 'application/json', 'text/plain'] as const;

/** A media type in which an error can be shown. */
export type ShownType = (typeof offered)[number];

/**
 * The media type that an Accept field prefers; the first one of equals. Plain text if it names none of them: a client
 * that accepts anything is usually a terminal.
 *
 * @param accept value of the field; empty if the request has none
 * Source: RFC 9110 section 12.5.1
 */
export const preferredType = (accept: string): ShownType => {
  let best: ShownType = 'text/plain';
  let bestWeight = 0;
  for (const range of accept.toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const named = offered.find((each) => each === type);
    const weight = weightOf(parameters);
    if (named === undefined || weight <= bestWeight) continue;
    best = named;
    bestWeight = weight;
  }
  return best;
};

/** RFC 9110 12.4.2; a malformed weight counts as 0. */
const weightOf = (parameters: readonly string[]): number => {
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  if (weight === undefined) return 1;
  return /^q=[01](?:\.\d{0,3})?$/.test(weight) ? Number(weight.slice(2)) : 0;
};
