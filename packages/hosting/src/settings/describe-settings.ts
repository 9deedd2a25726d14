import { type Configuration, describeSource } from '@windhover/configuration';

/** Every setting in effect, one line each: `key = value   (source)`. Secrets are masked. */
export const describeSettings = async (configuration: Pick<Configuration<unknown>, 'effective'>): Promise<string[]> => {
  const values = await configuration.effective();
  return values.map(({ key, text, source }) => `${key} = ${text}   (${describeSource(source)})`);
};
