import type { Connection } from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import type { BadHttpRequestError } from '../errors.ts';
import type { HttpServices, Refusal } from '../http-application.ts';
import { FieldSection } from '../http-fields.ts';

const requestRefused = channels['windhover:request:refused'];

/**
 * Reports a refused request to the server and to subscribers of the channel `windhover:request:refused`.
 *
 * Source: Kestrel's diagnostic event `Microsoft.AspNetCore.Server.Kestrel.BadRequest`
 */
export const reportBadRequest = (error: BadHttpRequestError, connection: Connection, services: HttpServices): void => {
  services.events.badRequest(error, connection);
  if (requestRefused.hasSubscribers) requestRefused.publish({ error, connection });
};

/** The checked content for the response to a refused request; `undefined` for none, and if the responder throws. */
export const refusalFor = (
  error: BadHttpRequestError,
  connection: Connection,
  services: HttpServices,
): Refusal | undefined => {
  try {
    const refusal = services.refusal?.(error);
    if (refusal !== undefined) new FieldSection().set('content-type', refusal.contentType);
    return refusal;
  } catch (failure) {
    services.events.applicationError(failure, connection.features);
    return undefined;
  }
};
