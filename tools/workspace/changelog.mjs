// Formats changelogs: the text of each changeset. All packages share one version, so a list of updated dependencies is
// omitted.
export default {
  getReleaseLine: ({ summary }) => Promise.resolve(`- ${summary.trim().replaceAll('\n', '\n  ')}`),
  getDependencyReleaseLine: () => Promise.resolve(''),
};
