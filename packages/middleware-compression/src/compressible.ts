/** Media types other than text and those with a suffix whose content is mostly text or not yet compressed. */
const others = new Set([
  'application/graphql',
  'application/javascript',
  'application/json',
  'application/ld+json',
  'application/manifest+json',
  'application/rtf',
  'application/sql',
  'application/toml',
  'application/vnd.apple.mpegurl',
  'application/vnd.ms-fontobject',
  'application/wasm',
  'application/x-javascript',
  'application/x-ndjson',
  'application/x-sh',
  'application/x-tar',
  'application/x-www-form-urlencoded',
  'application/xml',
  'application/yaml',
  'audio/wav',
  'font/otf',
  'font/ttf',
  'image/bmp',
  'image/vnd.microsoft.icon',
  'image/x-icon',
  'model/obj',
]);

/**
 * Whether content of a media type is worth compressing: text, JSON, XML, scripts, SVG, WebAssembly and uncompressed fonts
 * and images are; archives, videos and most images are compressed already.
 *
 * @param mediaType in lower case, without parameters
 * Source: the column `compressible` of mime-db; ASP.NET Core `ResponseCompressionDefaults.MimeTypes`
 */
export const isCompressible = (mediaType: string): boolean =>
  mediaType.startsWith('text/') || others.has(mediaType) || /\+(?:json|xml|text|yaml)$/.test(mediaType);
