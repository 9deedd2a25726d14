import { type HostConfiguration, type HostSettings, WebHostBuilder } from '@windhover/hosting';
import { WebApplication } from './web-application.ts';

/**
 * A host builder that creates a `WebApplication`. `createBuilder` returns it.
 *
 * Source: ASP.NET Core `WebApplicationBuilder`
 */
export class WebApplicationBuilder<V = HostSettings> extends WebHostBuilder {
  /**
   * `configuration.values` contains the values in effect; `configuration.sourceOf(path)` returns the source of a value.
   */
  readonly configuration: HostConfiguration<V>;

  constructor(configuration: HostConfiguration<V>) {
    super();
    this.configuration = configuration;
  }

  override build(): WebApplication {
    return new WebApplication(this.createParts());
  }
}
