/** Keys of Kestrel, ASP.NET Core and other servers, with the equivalent key of this host. Case does not matter. */
export const otherNames: Readonly<Record<string, string>> = {
  Kestrel: 'server',
  'Kestrel.Endpoints': 'server.endpoints',
  'Kestrel.EndpointDefaults': 'server.endpointDefaults',
  'Kestrel.Certificates': 'server.certificates',
  'Kestrel.Limits': 'server.limits',
  'Logging.LogLevel': 'logging.level',
  'server.addServerHeader': 'server.serverHeader',
  shutdownTimeoutSeconds: 'shutdownTimeout',
  threadCount: 'threads',
  'server.threadCount': 'threads',
  workers: 'threads',
  workerProcesses: 'threads',
  processes: 'threads',
  instances: 'threads',
  port: 'httpPorts',
  connectionStrings: 'app',
};

/** Variables of ASP.NET Core, with the equivalent variable of this host. */
const otherVariables: Readonly<Record<string, string>> = {
  ASPNETCORE_URLS: 'WINDHOVER_URLS',
  ASPNETCORE_HTTP_PORTS: 'WINDHOVER_HTTP_PORTS',
  ASPNETCORE_HTTPS_PORTS: 'WINDHOVER_HTTPS_PORTS',
  ASPNETCORE_ENVIRONMENT: 'WINDHOVER_ENVIRONMENT',
  ASPNETCORE_CONTENTROOT: 'WINDHOVER_CONTENT_ROOT',
  ASPNETCORE_SHUTDOWNTIMEOUTSECONDS: 'WINDHOVER_SHUTDOWN_TIMEOUT',
  ASPNETCORE_PREFERHOSTINGURLS: 'WINDHOVER_SERVER__PREFER_HOSTING_URLS',
  DOTNET_ENVIRONMENT: 'WINDHOVER_ENVIRONMENT',
};

const kestrelPrefix = /^(?:ASPNETCORE_)?Kestrel__/i;

/** Whether a variable is a setting of ASP.NET Core, which this host does not read. */
export const isOtherVariable = (name: string): boolean =>
  Object.hasOwn(otherVariables, name) || kestrelPrefix.test(name);

/** One sentence for each ASP.NET Core variable that is set, with the variable to set instead. */
export const otherVariableWarnings = (variables: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(variables)
    .filter((name) => isOtherVariable(name) && variables[name])
    .map((name) => `the environment variable ${name} is ignored; set ${ownVariable(name)} instead`);

const ownVariable = (name: string): string =>
  otherVariables[name] ?? `WINDHOVER_SERVER__${name.replace(kestrelPrefix, '')}`;
