/** The oldest supported version of Node.js; the same as `engines` in package.json. */
const oldest = { major: 22, minor: 12 };

/**
 * Checks a version of Node.js. The code must run on old versions.
 *
 * @param version as in `process.versions.node`, e.g. `20.11.0`
 * @returns an error message, or `undefined` for a supported version
 */
export const unsupportedNode = (version: string): string | undefined => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined;
  return `needs Node.js ${oldest.major}.${oldest.minor} or later, and this is Node.js ${version}.`;
};
