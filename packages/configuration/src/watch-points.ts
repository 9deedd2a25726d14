import { type BigIntStats, lstatSync, readlinkSync } from 'node:fs';
import { basename, dirname, parse, resolve, sep } from 'node:path';

/** A folder, and the names in it that determine the target of a path. */
export interface WatchPoint {
  readonly folder: string;
  readonly names: Set<string>;
}

/** Maximum number of links on a path, which may be circular. Source: Linux, path_resolution(7) */
const maxLinks = 40;

/**
 * Finds the places to watch for changes of files: the file itself, every link on the path to it, and the first part of
 * the path that does not exist.
 *
 * @param files absolute paths
 * @returns watch points by a key that changes when a folder is replaced
 */
export const watchPointsOf = (files: readonly string[]): Map<string, WatchPoint> => {
  const points = new Map<string, WatchPoint>();
  for (const file of files) follow(resolve(file), points, maxLinks);
  return points;
};

const follow = (path: string, points: Map<string, WatchPoint>, linksLeft: number): void => {
  for (const step of stepsOf(path)) {
    const stats = statsOf(step);
    const isLink = stats?.isSymbolicLink() ?? false;
    if (stats === undefined || isLink || step === path) addPoint(step, points);
    if (stats === undefined) return;
    if (!isLink) continue;
    const target = linksLeft > 0 ? targetOf(step) : undefined;
    if (target !== undefined)
      follow(resolve(dirname(step), target, `.${path.slice(step.length)}`), points, linksLeft - 1);
    return;
  }
};

/** `/a/b/c`: `/a`, `/a/b`, `/a/b/c`. */
const stepsOf = (path: string): string[] => {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  return parts.map((_part, at) => root + parts.slice(0, at + 1).join(sep));
};

const addPoint = (path: string, points: Map<string, WatchPoint>): void => {
  const folder = dirname(path);
  const key = `${statsOf(folder)?.ino} ${folder}`;
  const point = points.get(key) ?? { folder, names: new Set<string>() };
  point.names.add(basename(path));
  points.set(key, point);
};

const statsOf = (path: string): BigIntStats | undefined => {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};

/** The target of a link; `undefined` if it has been replaced meanwhile, which is a change that its folder reports. */
const targetOf = (link: string): string | undefined => {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
};
