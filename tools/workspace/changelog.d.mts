/** The formatter of changelogs that `.changeset/config.json` names. */
declare const changelog: {
  readonly getReleaseLine: (changeset: { readonly id: string; readonly summary: string }) => Promise<string>;
  readonly getDependencyReleaseLine: () => Promise<string>;
};
export default changelog;
