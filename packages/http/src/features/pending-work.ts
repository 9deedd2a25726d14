import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Work of requests that continues after their response, e.g. writing to a log. Provided by the host, which waits for
 * the work when it stops, until the shutdown timeout.
 *
 * Source: `ExtendableEvent.waitUntil` of Service Workers. Kestrel has no such feature.
 */
export interface PendingWorkFeature {
  /** Adds a promise that the stop waits for. It must not reject: report errors before it settles. */
  waitFor(work: Promise<void>): void;
}

export const PendingWorkFeature: FeatureKey<PendingWorkFeature> = featureKey('pending-work');
