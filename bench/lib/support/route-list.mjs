/** Number of routes of a subject `router-…`. */
export const routeCount = Number(process.env.ROUTES ?? 100);

/** The pattern of route `number`, in a syntax that all routers support. @param {number} number */
export const routePattern = (number) => `/section-${number % 50}/area-${number}/:id`;

/** A path that the last of `count` routes matches. @param {number} count */
export const routeTarget = (count) => routePattern(count - 1).replace(':id', '42');
