/** How many middleware a subject `middleware-…` puts in front of its handler. */
export const middlewareCount = Number(process.env.MIDDLEWARE ?? 5);
