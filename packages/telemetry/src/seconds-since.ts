/** Seconds since a time of `performance.now()`. */
export const secondsSince = (startTime: number): number => (performance.now() - startTime) / 1000;
