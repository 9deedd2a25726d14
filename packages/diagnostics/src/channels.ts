import type { ChannelName, DiagnosticsMessages } from './messages.ts';

/** A channel of `node:diagnostics_channel` with a typed message. */
export interface DiagnosticsChannel<T> {
  /** Check it before creating a message: without subscribers a channel costs only this check. */
  readonly hasSubscribers: boolean;
  publish(message: T): void;
  subscribe(subscriber: (message: T, name: string | symbol) => void): void;
  unsubscribe(subscriber: (message: T, name: string | symbol) => void): void;
}

/** By name, not by an import: `http` depends on this package and also runs in browsers. */
const node = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel');

/** For runtimes without diagnostics channels, e.g. browsers. */
const silent: DiagnosticsChannel<unknown> = {
  hasSubscribers: false,
  publish: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
};

const channel = <Name extends ChannelName>(name: Name): DiagnosticsChannel<DiagnosticsMessages[Name]> =>
  (node?.channel(name) ?? silent) as DiagnosticsChannel<DiagnosticsMessages[Name]>;

/** The channel of each name. */
export type Channels = { readonly [Name in ChannelName]: DiagnosticsChannel<DiagnosticsMessages[Name]> };

/** All channels by name. Publishers look theirs up once. */
export const channels: Channels = {
  'windhover:connection:accepted': channel('windhover:connection:accepted'),
  'windhover:connection:rejected': channel('windhover:connection:rejected'),
  'windhover:connection:upgraded': channel('windhover:connection:upgraded'),
  'windhover:connection:ending': channel('windhover:connection:ending'),
  'windhover:connection:closed': channel('windhover:connection:closed'),
  'windhover:tls:start': channel('windhover:tls:start'),
  'windhover:tls:end': channel('windhover:tls:end'),
  'windhover:tls:refused': channel('windhover:tls:refused'),
  'windhover:proxy-protocol:refused': channel('windhover:proxy-protocol:refused'),
  'windhover:request:start': channel('windhover:request:start'),
  'windhover:request:end': channel('windhover:request:end'),
  'windhover:request:refused': channel('windhover:request:refused'),
  'windhover:web-socket:closed': channel('windhover:web-socket:closed'),
  'windhover:server:draining': channel('windhover:server:draining'),
  'windhover:server:stopped': channel('windhover:server:stopped'),
  'windhover:host:reloaded': channel('windhover:host:reloaded'),
};
