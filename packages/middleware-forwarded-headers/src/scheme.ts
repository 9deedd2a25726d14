/** Traefik sends `ws` and `wss` for WebSockets; the schemes of their requests are `http` and `https`. */
const schemes = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** The request scheme for a forwarded scheme; `undefined` for an unknown one. */
export const readScheme = (text: string): string | undefined => schemes.get(text.toLowerCase());
