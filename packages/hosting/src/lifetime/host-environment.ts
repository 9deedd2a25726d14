/**
 * The environment that a host runs in.
 *
 * Source: ASP.NET Core `IHostEnvironment`
 */
export interface HostEnvironment {
  /** Default `production`; other common names are `development` and `staging`. */
  readonly name: string;
  /** The folder that relative paths of the application are resolved against; absolute. */
  readonly contentRoot: string;
}

/** Whether the environment is `development`, ignoring case. Source: ASP.NET Core `IsDevelopment` */
export const isDevelopment = ({ name }: HostEnvironment): boolean => name.toLowerCase() === 'development';
