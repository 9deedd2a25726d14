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
 */
export const subscribe = (subscribers: Subscribers): Disposable => {
  const entries = Object.entries(subscribers) as [ChannelName, (message: unknown) => void][];
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
