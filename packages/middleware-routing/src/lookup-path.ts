/**
 * What the tree of routes keeps percent-encoded in its patterns, and `%` itself: `request.path` is decoded, and a `%`
 * that is left in it stands for itself.
 */
const encoded = /[\0- "#%<>?^`{}\x7f-\uffff]/;
const runs = /[\0- "#%<>?^`{}\x7f-\uffff]+/g;
const loneSurrogate = /[\ud800-\udfff]/gu;

/** A path as the tree of routes compares it; nearly always the path itself. */
export const lookupPath = (path: string): string =>
  encoded.test(path) ? path.replace(runs, (run) => encodeURIComponent(run.replace(loneSurrogate, '\ufffd'))) : path;

/** A pattern in which `%` stands for itself, as it does in `lookupPath`. */
export const lookupPattern = (pattern: string): string => pattern.replaceAll('%', '%25');

/** Parameters of a path that `lookupPath` has encoded. */
export const decodedParams = (params: Record<string, string>): Record<string, string> => {
  for (const name in params) params[name] = decodeURIComponent(params[name]!);
  return params;
};
