import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The part of a structured logger that middleware uses. A pino logger has this shape. Details may contain text from a
 * client: a logger must escape it.
 */
export interface FeatureLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  /** A logger that adds details to each entry, e.g. `{ category: 'shop.orders' }`. */
  child?(details: object): FeatureLogger;
  /** Whether entries of a level are written; without this method, assume that they are. */
  isLevelEnabled?(level: string): boolean;
}

/** The logger of the host, for layers that do not import hosting; absent without a host. */
export const LoggerFeature: FeatureKey<FeatureLogger> = featureKey('logger');
