import { type FeatureKey, featureKey } from '@windhover/features';
import type { HttpEvents } from '../http-application.ts';

/**
 * Where the server hears of errors. For code that goes on when the exchange is over, as that on an upgraded connection
 * does: nobody awaits it any more. The exchange that it reports with may be the features of the connection.
 */
export const HttpEventsFeature: FeatureKey<HttpEvents> = featureKey('http-events');
