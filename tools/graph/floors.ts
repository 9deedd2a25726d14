/**
 * The floors of the package graph, from the ground up. What a package ships imports packages of lower floors only; its
 * tests may also use their neighbours.
 *
 * `http` stands half a floor above the contracts that it shares its tenants with: its own contracts speak of
 * connections (an upgrade yields one, a protocol takes one), and `connections` knows nothing of HTTP.
 */
export const floors: readonly (readonly [floor: number, folders: readonly string[]])[] = [
  [0, ['features']],
  [1, ['addresses', 'connections']],
  [1.5, ['http']],
  [
    2,
    ['transport-sockets', 'transport-memory', 'transport-compliance', 'http1', 'proxy-protocol', 'connection-logging'],
  ],
  [3, ['server']],
  [4, ['hosting']],
  [5, ['windhover']],
];

/** Packages that run in browsers, too: they import nothing of Node. */
export const browserSafe: readonly string[] = ['features', 'addresses'];

const floorOfFolder = new Map(floors.flatMap(([floor, folders]) => folders.map((folder) => [folder, floor])));

/** The floor of a package; `undefined` for one that nobody has given a floor. */
export const floorOf = (folder: string): number | undefined => floorOfFolder.get(folder);
