import { type Configuration, describeSource } from '@windhover/configuration';
import { defaultAddress } from '@windhover/server';

/** The keys that say where to listen. */
const addressKeys = /^(?:urls|httpPorts|httpsPorts|server\.endpoints|server\.systemd)(?:[.[]|$)/;

/**
 * Every setting in effect, one line each: `key = value   (source)`. Secrets are masked.
 *
 * @param declared keys at the top that are known; others are said not to be. All are where it is left out.
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
  // The default address is no value of the schema, because endpoints added in code take its place.
  return values.some(({ key, source }) => source.kind !== 'default' && addressKeys.test(key))
    ? lines
    : [`urls = ${defaultAddress}   (default)`, ...lines];
};
