import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpEvents } from '../http-application.ts';

/**
 * Reports errors to the server. For code that runs after the exchange, e.g. on an upgraded connection, where no caller
 * receives its errors. The features passed with an error may belong to the connection.
 */
export const HttpEventsFeature: FeatureKey<HttpEvents> = featureKey('http-events');
