// The lines of a changelog: the text of each changeset. All packages have one version, so a list of updated dependencies
// would tell nothing.
export default {
  getReleaseLine: ({ summary }) => Promise.resolve(`- ${summary.trim().replaceAll('\n', '\n  ')}`),
  getDependencyReleaseLine: () => Promise.resolve(''),
};
