import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Work of requests that goes on after their response, e.g. writing to a log. A host provides it: it waits for the work
 * when it stops, until the shutdown timeout.
 *
 * Source: `ExtendableEvent.waitUntil` of Service Workers. Kestrel has no such feature.
 */
export interface PendingWorkFeature {
  /** A promise that a stop waits for. It must not reject: errors are reported before it settles. */
  waitFor(work: Promise<void>): void;
}

export const PendingWorkFeature: FeatureKey<PendingWorkFeature> = featureKey('pending-work');
