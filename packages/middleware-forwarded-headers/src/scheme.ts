/** Traefik sends `ws` and `wss` for WebSockets, whose requests have the schemes `http` and `https`. */
const schemes = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** The scheme of a request for a forwarded scheme; `undefined` for an unknown one. */
export const readScheme = (text: string): string | undefined => schemes.get(text.toLowerCase());
