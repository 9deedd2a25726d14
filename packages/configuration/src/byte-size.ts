const bytes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/**
 * Parses a size in bytes: `512`, `32 KiB`, `30MB`, `1.5GiB`.
 *
 * @returns `undefined` for any other text, or for a fraction of a byte
 * Source: IEC 80000-13 for the units
 */
export const parseByteSize = (text: string): number | undefined => {
  const sizes = /^(\d+)(?:\.(\d+))?\s*([kmg]i?b|b)?$/;
  const [, whole, fraction = '', unit = 'b'] = sizes.exec(text.trim().toLowerCase()) ?? [];
  if (whole === undefined) return undefined;
  // Integers up to the division, because in binary 1.001 times a million is not an integer.
  const size = (Number(whole + fraction) * bytes[unit]!) / 10 ** fraction.length;
  return Number.isSafeInteger(size) ? size : undefined;
};
