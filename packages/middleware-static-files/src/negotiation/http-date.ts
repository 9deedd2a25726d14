const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850Date = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctimeDate = /^[A-Z][a-z]{2} [A-Z][a-z]{2} (?:\d{2}| \d) \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * The time of an HTTP date in milliseconds; `undefined` for an invalid date.
 *
 * Source: RFC 9110 section 5.6.7
 */
export const parseHttpDate = (text: string): number | undefined => {
  if (!imfFixdate.test(text) && !rfc850Date.test(text) && !asctimeDate.test(text)) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
};

/** A time as an HTTP date, which has whole seconds. */
export const httpDate = (time: number): string => new Date(time).toUTCString();
