import type { Connection } from '@windhover/connections';
import type { BadHttpRequestError } from '../errors.ts';
import type { HttpServices, Refusal } from '../http-application.ts';
import { FieldSection } from '../http-fields.ts';

/**
 * Each refused request, as `{ error, connection }`. `undefined` where the runtime has no diagnostics channels.
 *
 * Source: Kestrel's diagnostic event `Microsoft.AspNetCore.Server.Kestrel.BadRequest`
 */
const badRequestChannel = globalThis.process
  ?.getBuiltinModule?.('node:diagnostics_channel')
  .channel('windhover.http.bad-request');

/** Reports a refused request to the server and to subscribers of the channel `windhover.http.bad-request`. */
export const reportBadRequest = (error: BadHttpRequestError, connection: Connection, services: HttpServices): void => {
  services.events.badRequest(error, connection);
  if (badRequestChannel?.hasSubscribers) badRequestChannel.publish({ error, connection });
};

/** The content that the server sends with a refusal, checked; `undefined` for none, and where asking for it fails. */
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
