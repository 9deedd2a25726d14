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
 * The bytes that a text stands for: `512`, `32 KiB`, `30MB`, `1.5GiB`. `undefined` for any other text, and where
 * the bytes are not whole. Source: IEC 80000-13 for the units
 */
export const parseByteSize = (text: string): number | undefined => {
  const [, digits, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([kmg]i?b|b)?$/.exec(text.trim().toLowerCase()) ?? [];
  const size = digits === undefined ? NaN : Number(digits) * bytes[unit]!;
  return Number.isSafeInteger(size) ? size : undefined;
};
