/** Traefik says `ws` and `wss` of an upgrade to WebSockets, which is a request like others. */
const schemes = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** The scheme as requests have it; `undefined` for others. */
export const readScheme = (text: string): string | undefined => schemes.get(text.toLowerCase());
