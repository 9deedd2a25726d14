import type { WebSocket as WebSocketOfWs } from 'ws';

/** An accepted WebSocket, which is an object of `ws`. An application that names this type need not install `ws`. */
export type WebSocket = WebSocketOfWs;
