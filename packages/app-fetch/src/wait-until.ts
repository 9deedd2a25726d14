import { type HttpContext, HttpEventsFeature, PendingWorkFeature } from '@windhover/http';

/**
 * Work that goes on after the response. A host that stops waits for it, until the shutdown timeout. A rejection is reported
 * once, as an error of the application, and ends nothing.
 */
export const waitUntil = ({ features }: HttpContext, work: PromiseLike<unknown>): void => {
  const reported = Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => features.get(HttpEventsFeature)?.applicationError(error, features),
  );
  features.get(PendingWorkFeature)?.waitFor(reported);
};
