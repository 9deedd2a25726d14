/** Log categories of a host and its server. Levels are set by category. */
export const logCategories = {
  /** Start, addresses, stop. Same as `Microsoft.Hosting.Lifetime` and `Hosting.Diagnostics`. */
  host: 'windhover.host',
  /** Same as `Microsoft.AspNetCore.Server.Kestrel`. */
  server: 'windhover.server',
  /** Same as `Microsoft.AspNetCore.Server.Kestrel.BadRequests`. */
  badRequests: 'windhover.server.bad-requests',
  /** Same as `Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware`. */
  https: 'windhover.server.https',
} as const;

/** Event ids. Ids below 64 have the same meaning in Kestrel and ASP.NET Core. */
export const eventIds = {
  started: 4,
  stopping: 5,
  backgroundServiceFailed: 9,
  backgroundServiceStopFailed: 10,
  serverStopFailed: 12,
  applicationError: 13,
  listening: 14,
  cutOff: 16,
  badRequest: 17,
  responseFieldDropped: 41,
  disposeFailed: 64,
  unhandledError: 65,
  reloaded: 66,
  reloadFailed: 67,
  processHeld: 68,
  settingsChanged: 69,
  restartNeeded: 70,
  settingsWarning: 71,
  settingsFilesMissing: 72,
  waiting: 73,
  refused: 74,
  notifyFailed: 75,
} as const;
