// Formats changelogs: the text of each changeset. All packages share one version, so a list of updated dependencies is
// omitted. The changelog of the first release says what each package is (`first-release-*.md`): a change to a version that
// was never released is news to no user.
import { existsSync } from 'node:fs';

const released = existsSync(new URL('../../packages/windhover/CHANGELOG.md', import.meta.url));

export default {
  getReleaseLine: ({ id, summary }) =>
    Promise.resolve(released || id.startsWith('first-release-') ? `- ${summary.trim().replaceAll('\n', '\n  ')}` : ''),
  getDependencyReleaseLine: () => Promise.resolve(''),
};
