import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Configuration, ConfigurationError, loadConfiguration } from '@windhover/configuration';
import {
  type HostPlan,
  type HostSettings,
  type SettingsSources,
  planHost,
  planSettings,
} from '../../../src/settings/index.ts';
import type { NoSections } from '../../../src/settings/schema.ts';

/** The sources of one test; no others are read. */
export type Told = Pick<SettingsSources<NoSections>, 'args' | 'code' | 'always'> & {
  readonly environment?: Record<string, string>;
};

/** A content root with the files of one test. */
export class SettingsFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'windhover-settings-'));

  /** Writes a file, given as text or as what JSON is made of. */
  write(name: string, content: unknown): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  async load({ environment = {}, ...told }: Told = {}): Promise<Configuration<HostSettings>> {
    const code = { contentRoot: this.path, ...told.code };
    const { options } = await planSettings({ ...told, code, environment });
    return loadConfiguration(options);
  }

  async plan(told: Told = {}, hasCodeEndpoints = false): Promise<HostPlan> {
    return planHost(await this.load(told), { contentRoot: this.path, hasCodeEndpoints });
  }

  /** The error with which loading fails. */
  async refusal(told: Told = {}): Promise<ConfigurationError> {
    try {
      await this.load(told);
    } catch (error) {
      if (error instanceof ConfigurationError) return error;
      throw error;
    }
    throw new Error('it was accepted');
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
