/**
 * Where a host runs.
 *
 * Source: ASP.NET Core `IHostEnvironment`
 */
export interface HostEnvironment {
  /** `production` unless told otherwise; `development` and `staging` are the usual others. */
  readonly name: string;
  /** The folder that relative paths of the application start from; absolute. */
  readonly contentRoot: string;
}

/** Whether the environment is `development`, in any case. Source: ASP.NET Core `IsDevelopment` */
export const isDevelopment = ({ name }: HostEnvironment): boolean => name.toLowerCase() === 'development';
