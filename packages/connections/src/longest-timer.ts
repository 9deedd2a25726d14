/** The longest delay of a timer, in milliseconds. Node.js calls back immediately for a longer delay. */
export const longestTimer: number = 2 ** 31 - 1;
