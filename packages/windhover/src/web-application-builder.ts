import { type HostConfiguration, type HostSettings, WebHostBuilder } from '@windhover/hosting';
import { WebApplication } from './web-application.ts';

/**
 * A host builder that makes an application with its pipeline. `createBuilder` makes one.
 *
 * Source: ASP.NET Core `WebApplicationBuilder`
 */
export class WebApplicationBuilder<V = HostSettings> extends WebHostBuilder {
  /** `configuration.values` has what is in effect, `configuration.sourceOf(path)` where it is from. */
  readonly configuration: HostConfiguration<V>;

  constructor(configuration: HostConfiguration<V>) {
    super();
    this.configuration = configuration;
  }

  override build(): WebApplication {
    return new WebApplication(this.createParts());
  }
}
