/** How many routes a subject `router-…` is to have. */
export const routeCount = Number(process.env.ROUTES ?? 100);

/** The pattern of route `number`, in the form that all routers understand. @param {number} number */
export const routePattern = (number) => `/section-${number % 50}/area-${number}/:id`;

/** A path that the last of so many routes matches. @param {number} count */
export const routeTarget = (count) => routePattern(count - 1).replace(':id', '42');
