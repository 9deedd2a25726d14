import { type HttpContext, HttpEventsFeature, PendingWorkFeature } from '@windhover/http';

/**
 * Registers work that continues after the response. A stopping host waits for it until the shutdown timeout. A
 * rejection is reported once, as an error of the application.
 */
export const waitUntil = ({ features }: HttpContext, work: PromiseLike<unknown>): void => {
  const reported = Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => features.get(HttpEventsFeature)?.applicationError(error, features),
  );
  features.get(PendingWorkFeature)?.waitFor(reported);
};
