const KiB = 1024;
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** @param {number} bytes */
export function size(bytes) {
  const absolute = Math.abs(bytes);
  if (absolute >= 10 * GiB) return `${(bytes / GiB).toFixed(1)} GiB`;
  if (absolute >= 0.1 * MiB) return `${(bytes / MiB).toFixed(1)} MiB`;
  if (absolute >= 0.1 * KiB) return `${(bytes / KiB).toFixed(1)} KiB`;
  return `${Math.round(bytes)} B`;
}

/** @param {number} value */
export const count = (value) => value.toLocaleString('en-US');

/** `408 x 3, 400 x 1` @param {Record<string, number>} counts */
export const counts = (counts) =>
  Object.entries(counts)
    .map(([name, number]) => `${name} x ${count(number)}`)
    .join(', ') || 'none';
