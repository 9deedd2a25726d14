import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The application of the page in its own folder, with the built package installed. */
export class DeployedApp implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'windhover-app-'));

  constructor() {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(packageFolder, join(this.folder, 'node_modules/windhover'));
    copyFileSync(join(packageFolder, 'examples/deployment/app.ts'), join(this.folder, 'app.ts'));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
