/** The longest delay of a timer, in milliseconds. With a longer delay Node.js calls back immediately. */
export const longestTimer: number = 2 ** 31 - 1;
