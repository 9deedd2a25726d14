import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpEvents } from '../http-application.ts';

/**
 * Reports errors to the server. For code that still runs after the exchange, e.g. on an upgraded connection: no caller
 * awaits it, so its errors would be lost. The features passed with an error may be those of the connection.
 */
export const HttpEventsFeature: FeatureKey<HttpEvents> = featureKey('http-events');
