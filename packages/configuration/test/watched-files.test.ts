import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WatchedFiles } from '../src/watched-files.ts';
import { TemporaryFolder } from './support/temporary-folder.ts';

/** A folder with a watched file. The test triggers change events and advances the time. */
class Scene implements Disposable {
  readonly folder = new TemporaryFolder();
  readonly told = new Map<string, (name: string | null) => void>();
  readonly failures: unknown[] = [];
  /** The path of a file in the folder. */
  readonly path = (name: string): string => join(this.folder.path, name);
  changes = 0;
  timers = new Set<() => void>();
  unwatchable: string | undefined;
  #watched: WatchedFiles | undefined;

  watch(file: string): void {
    const handlers = {
      onChanged: () => void this.changes++,
      onFailed: (error: unknown) => void this.failures.push(error),
    };
    this.#watched = new WatchedFiles([this.path(file)], handlers, {
      delay: (_milliseconds, callback) => {
        this.timers.add(callback);
        return () => this.timers.delete(callback);
      },
      watchFolder: (folder, changed) => {
        if (folder === this.unwatchable) throw new Error('too many');
        this.told.set(folder, changed);
        return () => this.told.delete(folder);
      },
    });
  }

  /** The watched folders, without those above the folder of the test. */
  get folders(): string[] {
    const inside = [...this.told.keys()].filter((folder) => folder.startsWith(this.folder.path));
    return inside.map((folder) => folder.slice(this.folder.path.length + 1)).toSorted();
  }

  /** Reports a change and advances past the quiet time. */
  stir(name: string | null, folder = ''): void {
    this.told.get(folder === '' ? this.folder.path : this.path(folder))?.(name);
    this.passTime();
  }

  passTime(): void {
    const timers = [...this.timers];
    this.timers.clear();
    for (const timer of timers) timer();
  }

  [Symbol.dispose](): void {
    this.#watched?.[Symbol.dispose]();
    this.folder[Symbol.dispose]();
  }
}

let scene: Scene;
afterEach(() => scene[Symbol.dispose]());
const watching = (file: string, prepare: (scene: Scene) => void = () => {}): void => {
  scene = new Scene();
  prepare(scene);
  scene.watch(file);
};

describe('a watched file', () => {
  it.each<[string, (scene: Scene) => void, (scene: Scene) => void]>([
    ['is written', ({ folder }) => folder.write('a.json', '1'), ({ folder }) => folder.write('a.json', '2')],
    ['appears', () => {}, ({ folder }) => folder.write('a.json', '1')],
    ['vanishes', ({ folder }) => folder.write('a.json', '1'), ({ path }) => unlinkSync(path('a.json'))],
    [
      'is replaced by renaming',
      ({ folder }) => folder.write('a.json', '1'),
      ({ folder, path }) => {
        folder.write('a.json.new', '2');
        renameSync(path('a.json.new'), path('a.json'));
      },
    ],
  ])('that %s is reported after the quiet time', (_name, before, change) => {
    watching('a.json', before);
    change(scene);
    scene.told.get(scene.folder.path)!('a.json');
    expect(scene.changes).toBe(0);
    scene.passTime();
    expect(scene.changes).toBe(1);
  });

  it('is read once for many changes in a row', () => {
    watching('a.json');
    scene.folder.write('a.json', '1');
    for (let times = 0; times < 5; times++) scene.told.get(scene.folder.path)!('a.json');
    expect(scene.timers.size).toBe(1);
    scene.passTime();
    expect(scene.changes).toBe(1);
  });

  it('with the same content as before is not reported', () => {
    watching('a.json', ({ folder }) => folder.write('a.json', '1'));
    scene.folder.write('a.json', '1');
    scene.stir('a.json');
    expect(scene.changes).toBe(0);
  });

  it('is not read because of another file in its folder', () => {
    watching('a.json');
    scene.told.get(scene.folder.path)!('server.log');
    expect(scene.timers.size).toBe(0);
  });

  it('is read if the system does not report which entry changed', () => {
    watching('a.json');
    scene.folder.write('a.json', '1');
    scene.stir(null);
    expect(scene.changes).toBe(1);
  });

  it('is not reported after dispose', () => {
    watching('a.json');
    scene.told.get(scene.folder.path)!('a.json');
    scene[Symbol.dispose]();
    expect([scene.timers.size, scene.told.size]).toEqual([0, 0]);
  });

  it('that cannot be watched is reported as a failure', () => {
    watching('a.json', (given) => (given.unwatchable = given.folder.path));
    expect(scene.failures).toEqual([new Error('too many')]);
  });
});

describe('folders', () => {
  it('that do not exist yet: the file is seen when they come', () => {
    watching('conf/now/a.json');
    expect(scene.folders).toEqual(['']);
    mkdirSync(scene.path('conf'));
    scene.stir('conf');
    expect(scene.folders).toEqual(['conf']);
    scene.folder.write('conf/now/a.json', '1');
    scene.stir('now', 'conf');
    expect(scene.changes).toBe(1);
    expect(scene.folders).toEqual(['conf/now']);
  });

  it('that are deleted and created again are watched again', () => {
    watching('conf/a.json', ({ folder }) => folder.write('conf/a.json', '1'));
    const first = scene.told.get(scene.path('conf'));
    rmSync(scene.path('conf'), { recursive: true });
    scene.folder.write('conf/a.json', '2');
    scene.stir('conf', 'conf'); // by its own name
    expect(scene.changes).toBe(1);
    expect(scene.told.get(scene.path('conf'))).not.toBe(first);
  });
});

describe('links', () => {
  it('Kubernetes swaps the link to the folder of all files', () => {
    watching('a.json', ({ folder, path }) => {
      folder.write('..one/a.json', '1');
      folder.write('..two/a.json', '2');
      symlinkSync('..one', path('..data'));
      symlinkSync('..data/a.json', path('a.json'));
    });
    expect(scene.folders).toEqual(['', '..one']);
    symlinkSync('..two', scene.path('..data_tmp'));
    renameSync(scene.path('..data_tmp'), scene.path('..data'));
    scene.stir('..data');
    expect(scene.changes).toBe(1);
    expect(scene.folders).toEqual(['', '..two']);
  });

  it('a link elsewhere: the file there is watched, and the link', () => {
    watching('here/a.json', ({ folder, path }) => {
      folder.write('there/b.json', '1');
      mkdirSync(path('here'));
      symlinkSync('../there/b.json', path('here/a.json'));
    });
    expect(scene.folders).toEqual(['here', 'there']);
    scene.folder.write('there/b.json', '2');
    scene.stir('b.json', 'there');
    expect(scene.changes).toBe(1);
  });

  it('that are circular are ignored', () => {
    watching('a.json', ({ path }) => {
      symlinkSync('b.json', path('a.json'));
      symlinkSync('a.json', path('b.json'));
    });
    expect(readdirSync(scene.folder.path)).toHaveLength(2);
    expect(scene.folders).toEqual(['']);
  });
});
