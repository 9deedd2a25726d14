import { floorOf } from '../../graph/floors.ts';
import { readText } from '../../graph/workspace-packages.ts';
import { type DocumentedMember, documentedInterfaces } from './documented-members.ts';
import { code, markdownTable } from './markdown-table.ts';

/** The exports of a package, by its folder. */
export type PackageExports = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const generated = 'Generated from the code by `npm run docs`; a test keeps it up to date.';

/** The reference pages, by the name of their file in `docs/reference`. */
export const referencePages = (packages: PackageExports): ReadonlyMap<string, string> =>
  new Map([
    ['options.md', optionsPage(packages)],
    ['errors.md', errorsPage(packages)],
    ['channels.md', channelsPage()],
    ['log-events.md', logEventsPage()],
  ]);

const nameOf = (folder: string): string => (folder === 'windhover' ? folder : `@windhover/${folder}`);

/** A section for each package, with a subsection for each of its exports whose name ends in a word, such as `Errors`. */
const sections = (
  packages: PackageExports,
  ending: string,
  render: (folder: string, value: object, name: string) => string | undefined,
): string =>
  [...packages]
    .flatMap(([folder, exports]) => {
      const tables = Object.keys(exports)
        .filter((name) => name.endsWith(ending) && typeof exports[name] === 'object')
        .filter((name) => definedIn(packages, exports[name]) === folder)
        .toSorted()
        .flatMap((name) => {
          const text = render(folder, exports[name] as object, name);
          return text === undefined ? [] : [`### \`${name}\`\n\n${text}`];
        });
      return tables.length === 0 ? [] : [`## \`${nameOf(folder)}\``, ...tables];
    })
    .join('\n\n');

/** The package that defines an export: the lowest one, because the others import it from there. */
const definedIn = (packages: PackageExports, value: unknown): string | undefined =>
  [...packages]
    .filter(([, exports]) => Object.values(exports).includes(value))
    .map(([folder]) => folder)
    .toSorted((a, b) => floorOf(a)! - floorOf(b)!)[0];

const optionsPage = (packages: PackageExports): string => `# Options

Every option with its default. Times are milliseconds and sizes bytes unless a row says otherwise. ${generated}

The keys of \`windhover.json\`, of environment variables and of the command line are in
[Settings](https://github.com/windhover/windhover/blob/main/packages/hosting/SETTINGS.md).

${sections(packages, 'Defaults', (folder, defaults) => optionsTable(folder, defaults as Record<string, unknown>))}
`;

const optionsTable = (folder: string, defaults: Readonly<Record<string, unknown>>): string => {
  const members = new Map(declaredMembers(folder, Object.keys(defaults)).map((each) => [each.name, each]));
  const names = [...new Set([...members.keys(), ...Object.keys(defaults)])];
  return markdownTable(
    ['option', 'default', 'meaning'],
    names.map((name) => [code(name), shown(defaults[name]), text(members.get(name)?.comment)]),
  );
};

/** The members of the interface that declares these options: the one with the most of them and the fewest others. */
const declaredMembers = (folder: string, names: readonly string[]): readonly DocumentedMember[] => {
  const score = (members: readonly DocumentedMember[]): number =>
    members.reduce((sum, { name }) => sum + (names.includes(name) ? 1 : -0.1), 0);
  const own = [
    ...documentedInterfaces(folder).values(),
    ...(folder === 'server' ? documentedInterfaces('http').values() : []),
  ];
  const best = own.toSorted((a, b) => score(b) - score(a))[0];
  return best === undefined || score(best) <= 0 ? [] : best;
};

const shown = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value, (_key, inner: unknown) => (inner === Infinity ? 'Infinity' : inner));
  return text === undefined ? '' : code(text);
};

const errorsPage = (packages: PackageExports): string => `# Error codes

Every code that an error of Windhover can have. Branch on \`code\`, never on the message. ${generated}

Refused HTTP/1.1 requests are in [What is refused](https://github.com/windhover/windhover/blob/main/packages/http1-codec/REFUSALS.md) as well.

${sections(packages, 'Errors', (_folder, errors) => errorsTable(errors))}
`;

const columns = ['status', 'scope', 'errorCode', 'concerns', 'source'] as const;

const errorsTable = (errors: object): string => {
  const rows = Object.entries(errors).map(([name, spec]: [string, unknown]) => {
    const given = typeof spec === 'string' ? { message: spec } : (spec as Readonly<Record<string, unknown>>);
    return { name, given };
  });
  const used = columns.filter((column) => rows.some(({ given }) => given[column] !== undefined));
  return markdownTable(
    ['code', ...used, 'message'],
    rows.map(({ name, given }) => [code(name), ...used.map((column) => text(given[column])), text(given['message'])]),
  );
};

/** Text of a cell. An asterisk outside of code is escaped, because it would begin emphasis. */
const text = (value: unknown): string =>
  (typeof value === 'number' ? String(value) : ((value ?? '') as string))
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('*', String.raw`\*`) : part))
    .join('`');

const channelsPage = (): string => {
  const members = documentedInterfaces('diagnostics').get('DiagnosticsMessages')!;
  const rows = members.map(({ name, type, comment }) => [code(name), code(type), comment]);
  return `# Diagnostics channels

Every channel of \`node:diagnostics_channel\` that Windhover publishes on, with the type of its message. ${generated}
[@windhover/diagnostics](https://github.com/windhover/windhover/tree/main/packages/diagnostics) has the types and \`subscribe\`.

${markdownTable(['channel', 'message', 'published when'], rows)}
`;
};

const logEventsPage = (): string => {
  const source = readText('packages/hosting/src/logging/log-events.ts');
  const rows = [...source.matchAll(/^ {2}(\w+): (\d+),$/gm)].map(([, name, id]) => [id!, code(name!)]);
  const categories = [...source.matchAll(/\/\*\* (.*) \*\/\n {2}\w+: '([^']+)'/g)].map(([, comment, name]) => [
    code(name!),
    comment!,
  ]);
  return `# Log events

Ids of the entries that a host logs, and their categories. Ids below 64 are those of Kestrel and ASP.NET Core. ${generated}

${markdownTable(['category', 'meaning'], categories)}

${markdownTable(['id', 'event'], rows)}
`;
};
