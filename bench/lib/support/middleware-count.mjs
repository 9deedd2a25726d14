/** Number of middleware before the handler of a subject `middleware-…`. */
export const middlewareCount = Number(process.env.MIDDLEWARE ?? 5);
