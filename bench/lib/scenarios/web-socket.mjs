import { broadcastFor, connectFor, echoFor, openWebSocket } from '../load/web-sockets.mjs';
import { idle, underLoad } from './measure.mjs';

/**
 * One message at a time on each WebSocket.
 * @param {number} size in bytes
 * @param {number} [messages] in turn, all different
 */
const echo = (size, messages = 1) =>
  underLoad(async ({ port }, { options }) => {
    const sockets = await Promise.all(Array.from({ length: options.connections }, () => openWebSocket(port)));
    return (seconds) => echoFor(sockets, size, seconds, messages);
  });

const receivers = 100;

/** @type {Record<string, import('./measure.mjs').Scenario>} */
export const webSocketScenarios = {
  'ws-echo-125': { title: 'WebSocket echo, 125 bytes', kind: 'ws', underLoad: echo(125) },
  'ws-vary-echo-125': {
    title: 'WebSocket echo, 125 bytes, 256 messages that all differ',
    kind: 'ws',
    underLoad: echo(125, 256),
  },
  'ws-echo-16k': { title: 'WebSocket echo, 16 KiB', kind: 'ws', underLoad: echo(16 * 1024) },
  'ws-broadcast': {
    title: `a message of 125 bytes to ${receivers} WebSockets; a request is one delivery`,
    kind: 'ws',
    underLoad: underLoad(async ({ port }) => {
      const sockets = await Promise.all(Array.from({ length: receivers }, () => openWebSocket(port, '/broadcast')));
      return (seconds) => broadcastFor(sockets, 125, seconds);
    }),
  },
  'ws-connect': {
    title: 'WebSocket handshakes',
    kind: 'ws',
    underLoad: underLoad(
      async ({ port }, { options }) =>
        (seconds) =>
          connectFor(port, options.connections, seconds),
    ),
  },
  'ws-idle': { kind: 'ws', ...idle('an idle WebSocket', openWebSocket) },
};
