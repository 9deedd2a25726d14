import { type Configuration, describeSource } from '@windhover/configuration';
import { defaultAddress } from '@windhover/server';

/** The keys that determine where to listen. */
const addressKeys = /^(?:urls|httpPorts|httpsPorts|server\.endpoints|server\.systemd)(?:[.[]|$)/;

/**
 * Describes every setting in effect, one line each: `key = value   (source)`. Secrets are masked.
 *
 * @param declared known top-level keys; others are marked as unknown. Default: all keys are known.
 */
export const describeSettings = async (
  configuration: Pick<Configuration<unknown>, 'effective'>,
  declared?: readonly string[],
): Promise<string[]> => {
  const values = await configuration.effective();
  const isKnown = (key: string): boolean =>
    declared?.some((known) => key === known || key.startsWith(`${known}.`)) ?? true;
  const lines = values.map(({ key, text, source }) => {
    const line = `${key} = ${text}   (${describeSource(source)})`;
    return isKnown(key) ? line : `${line} (not known to the host; the application may)`;
  });
  // The default address is not in the schema, because endpoints added in code replace it.
  return values.some(({ key, source }) => source.kind !== 'default' && addressKeys.test(key))
    ? lines
    : [`urls = ${defaultAddress}   (default)`, ...lines];
};
