/** The oldest Node.js that Windhover runs on; `engines` in package.json says the same. */
const oldest = { major: 22, minor: 12 };

/**
 * Says what is wrong with a version of Node.js. Written so that an old one can run it.
 *
 * @param version as in `process.versions.node`, e.g. `20.11.0`
 * @returns one sentence, or `undefined` where the version will do
 */
export const unsupportedNode = (version: string): string | undefined => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined;
  return `needs Node.js ${oldest.major}.${oldest.minor} or later, and this is Node.js ${version}.`;
};
