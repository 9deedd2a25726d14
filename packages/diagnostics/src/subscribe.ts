import { type DiagnosticsChannel, channels } from './channels.ts';
import type { ChannelName, DiagnosticsMessages } from './messages.ts';

/** Subscriber functions, by channel name. */
export type Subscribers = {
  readonly [Name in ChannelName]?: (message: DiagnosticsMessages[Name]) => void;
};

/**
 * Subscribes to several channels. A subscriber is called inside the server, for every server of this process. It must
 * be fast and must not throw: Node.js reports its error as an uncaught exception.
 *
 * @returns ends all of these subscriptions when it is disposed
 * @throws TypeError for an unknown channel, or a subscriber that is not a function; nothing is subscribed then
 */
export const subscribe = (subscribers: Subscribers): Disposable => {
  const given = Object.entries(subscribers).filter(([, receive]) => receive !== undefined);
  const entries = given as [ChannelName, (message: unknown) => void][];
  for (const [name, receive] of entries) checkSubscriber(name, receive);
  const channelOf = (name: ChannelName): DiagnosticsChannel<unknown> => channels[name];
  // A new function for each subscription: the same function may be subscribed twice.
  const subscriptions = entries.map(
    ([name, receive]) => [channelOf(name), (message: unknown) => receive(message)] as const,
  );
  for (const [channel, receive] of subscriptions) channel.subscribe(receive);
  return {
    [Symbol.dispose]: () => {
      for (const [channel, receive] of subscriptions) channel.unsubscribe(receive);
    },
  };
};

/** They may come from JavaScript without types, where a wrong name would have no effect. */
const checkSubscriber = (name: string, receive: unknown): void => {
  if (!Object.hasOwn(channels, name)) {
    throw new TypeError(`There is no channel "${name}"; the channels are ${Object.keys(channels).join(', ')}.`);
  }
  if (typeof receive === 'function') return;
  throw new TypeError(`The subscriber of ${name} must be a function; received a value of the type ${typeof receive}.`);
};
