import { bindingTarget, parseBindingAddresses } from '@windhover/addresses';
import { longestTimer } from '@windhover/connections';
import * as v from 'valibot';
import { logLevels } from '../logging/logger.ts';
import { addressAdvice } from './address-advice.ts';
import { certificateSchema, endpointDefaultsSchema, endpointSchema } from './endpoint-schema.ts';
import { defaultSettings as defaults } from './default-settings.ts';
import { limitsSchema } from './limits-schema.ts';
import { itemsOf } from './listed-items.ts';
import { count, duration } from './units.ts';

/** A list, or text with `;` between the items, as in ASP.NET Core. */
const textList = (description: string) =>
  v.pipe(
    v.union([v.array(v.string()), v.string()]),
    v.description(description),
    v.transform((given) => (typeof given === 'string' ? itemsOf(given) : given)),
  );

const urls = v.pipe(
  textList(
    'Addresses to listen on, unless server.endpoints is set: a list, or text such as http://localhost:5000;https://localhost:5001',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      for (const address of dataset.value.flatMap(parseBindingAddresses)) bindingTarget(address);
    } catch (error) {
      addIssue({ message: addressAdvice(error) });
    }
  }),
);

const highestPort = 65_535;

/** A port, a list of ports, or text with `;` between them. */
const ports = (scheme: string) => {
  const port = count(0, highestPort, 'A port');
  return v.pipe(
    v.union([v.array(port), port, v.string()]),
    v.description(
      `Ports for ${scheme} on every interface, unless urls are set: one, a list, or text such as 8080;8081`,
    ),
    v.metadata({ allowed: `a port from 0 to ${highestPort}, or a list of them` }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const given = dataset.value;
      const list = typeof given === 'string' ? itemsOf(given).map(portOf) : [given].flat();
      if (list.every((item) => Number.isInteger(item) && item >= 0 && item <= highestPort)) return list;
      addIssue();
      return NEVER;
    }),
  );
};

/** Only digits: `Number` would read `0x50` and `8e3`, too. */
const portOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : NaN);

const logLevel = v.picklist(logLevels);

const loggingSchema = v.strictObject({
  level: v.optional(
    v.pipe(
      v.objectWithRest({ default: v.optional(logLevel, defaults.logging.level.default) }, logLevel),
      v.description('Minimum log level by category; "default" for all others'),
    ),
    {},
  ),
  format: v.optional(
    v.pipe(v.picklist(['auto', 'text', 'json']), v.description('auto: text if stdout is a terminal')),
    defaults.logging.format,
  ),
});

/** Schema of `server`. Source: Kestrel's section `Kestrel` */
const serverSchema = v.strictObject({
  endpoints: v.optional(v.pipe(v.record(v.string(), endpointSchema), v.description('Endpoints by name')), {}),
  endpointDefaults: v.optional(endpointDefaultsSchema, {}),
  certificates: v.optional(
    v.pipe(
      v.record(v.string(), certificateSchema),
      v.description(
        'Certificates by name; "default" is for endpoints without a certificate, "development" if there is no default',
      ),
    ),
    {},
  ),
  limits: v.optional(limitsSchema, {}),
  serverHeader: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.regex(/^[!-~](?:[\t -~]*[!-~])?$/),
        v.metadata({ allowed: 'text of visible ASCII characters' }),
        v.description('Value of the Server field; null for none'),
      ),
    ),
    defaults.server.serverHeader,
  ),
  dateHeader: v.optional(
    v.pipe(v.boolean(), v.description('Whether responses have a Date field')),
    defaults.server.dateHeader,
  ),
  preferHostingUrls: v.optional(
    v.pipe(v.boolean(), v.description('Whether urls and ports override endpoints')),
    defaults.server.preferHostingUrls,
  ),
  systemd: v.optional(
    v.pipe(v.boolean(), v.description('Whether to listen on the sockets that systemd passes to the process')),
    defaults.server.systemd,
  ),
  rejectedConnections: v.optional(
    v.pipe(
      v.picklist(['close', 'answer']),
      v.description('Whether connections over a limit are closed, or first answered with 503'),
    ),
    defaults.server.rejectedConnections,
  ),
});

const hostEntries = {
  $schema: v.optional(v.string()),
  urls: v.optional(urls),
  httpPorts: v.optional(ports('http')),
  httpsPorts: v.optional(ports('https')),
  environment: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\w-][\w.-]*$/),
      v.metadata({ allowed: 'a name of letters, digits, "-", "_" and "."' }),
      v.description('Not in a file: NODE_ENV, WINDHOVER_ENVIRONMENT or --environment'),
    ),
    defaults.environment,
  ),
  contentRoot: v.optional(
    v.pipe(v.string(), v.nonEmpty(), v.description('Not in a file: WINDHOVER_CONTENT_ROOT or --content-root')),
    defaults.contentRoot,
  ),
  shutdownTimeout: v.optional(
    duration(
      { min: 0, max: longestTimer, orInfinite: true },
      'How long a stopping host waits for running requests, including the drain delay',
    ),
    defaults.shutdownTimeout,
  ),
  drainDelay: v.optional(
    duration(
      { min: 0, max: longestTimer },
      'How long a stopping host still accepts connections while it reports that it is not ready',
    ),
    defaults.drainDelay,
  ),
  threads: v.optional(
    v.pipe(
      v.union([count(1, 1024, 'Processes'), v.literal('auto')]),
      v.description('Number of processes that share the listening sockets; auto: one per processor'),
      v.metadata({ allowed: 'an integer from 1 to 1024, or "auto" for one per processor' }),
    ),
    defaults.threads,
  ),
  logging: v.optional(loggingSchema, {}),
  allowedHosts: v.optional(
    v.pipe(
      textList('Host names that are served: example.com, *.example.com, or * for all'),
      v.minLength(1, 'it contains no host; use "*" for all'),
    ),
    defaults.allowedHosts,
  ),
  server: v.optional(serverSchema, {}),
};

/** Settings of the application. Not checked, unless the application declares a schema for them. */
const freeSection = { app: v.optional(v.record(v.string(), v.unknown())) };

const baseSchema = v.strictObject({ ...hostEntries, ...freeSection });

/** Sections that an application declares: a schema for each top-level key, which may include `app`. */
export type Sections = Readonly<Record<string, v.GenericSchema>>;

/** For an application without declared sections. */
export type NoSections = { readonly [none: symbol]: never };

/** The settings of a host from files, environment and command line. */
export type HostSettings = v.InferOutput<typeof baseSchema>;

/** The settings of a host as written, before parsing. */
export type HostSettingsInput = v.InferInput<typeof baseSchema>;

/** The settings of a host with the sections of its application. */
export type SettingsWith<S extends Sections> = Omit<HostSettings, keyof S> & {
  readonly [K in keyof S]: v.InferOutput<S[K]>;
};

/** Top-level keys of the host's own settings. */
export const hostKeys: readonly string[] = Object.keys({ ...hostEntries, ...freeSection });

/** A key that the application may have declared; treated as a secret. */
const undeclared = v.pipe(v.unknown(), v.metadata({ secret: true }));

/**
 * The schema of a host whose application declares these sections.
 *
 * @param takesOthers whether undeclared top-level keys are allowed
 */
export const settingsSchema = <S extends Sections>(
  sections: S,
  takesOthers = false,
): v.GenericSchema<unknown, SettingsWith<S>> => {
  const entries = { ...hostEntries, ...freeSection, ...sections };
  const schema = takesOthers ? v.objectWithRest(entries, undeclared) : v.strictObject(entries);
  return schema as unknown as v.GenericSchema<unknown, SettingsWith<S>>;
};
