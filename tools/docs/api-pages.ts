import { join } from 'node:path';
import { Application, Comment, JSX } from 'typedoc';
import { root, workspacePackages } from '../graph/workspace-packages.ts';
import { pageOf } from './site-pages.ts';

/** Writes a page for every export of every package. Each package is a module with its name and description. */
export const writeApiPages = async (folder: string): Promise<void> => {
  const app = await Application.bootstrap({
    name: 'Windhover API',
    entryPoints: workspacePackages.map((each) => join(root, 'packages', each.folder, 'src', 'index.ts')),
    tsconfig: join(root, 'tsconfig.json'),
    readme: 'none',
    logLevel: 'Error',
    disableSources: true,
    skipErrorChecking: true,
    navigationLinks: { Documentation: '/docs/index.html' },
  });
  // Browsers would request /favicon.ico.
  app.renderer.hooks.on('head.end', () => JSX.createElement('link', { rel: 'icon', href: 'data:,' }));
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc did not read the packages');
  const modules = new Map(project.children?.map((module) => [module.name.replace(/\/src$/, ''), module]));
  for (const { folder: name, manifest } of workspacePackages) {
    const module = modules.get(name);
    if (module === undefined) throw new Error(`the API pages do not have the package ${name}`);
    module.name = manifest.name;
    const readme = `/${pageOf(`packages/${name}/README.md`).replace(/\.md$/, '.html')}`;
    module.comment = new Comment([{ kind: 'text', text: `${manifest.description}. [README](${readme})` }]);
  }
  await app.generateDocs(project, folder);
  if (app.logger.hasErrors()) throw new Error('typedoc reported errors');
};
