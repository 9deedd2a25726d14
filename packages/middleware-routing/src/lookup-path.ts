/**
 * Characters that rou3 keeps percent-encoded in patterns, and `%`: `request.path` is decoded, so `%` in it is a literal
 * percent sign.
 */
const encoded = /[\0- "#%<>?^`{}\x7f-\uffff]/;
const runs = /[\0- "#%<>?^`{}\x7f-\uffff]+/g;
const loneSurrogate = /[\ud800-\udfff]/gu;

/** A path in the form that rou3 compares; nearly always unchanged. */
export const lookupPath = (path: string): string =>
  encoded.test(path) ? path.replace(runs, (run) => encodeURIComponent(run.replace(loneSurrogate, '\ufffd'))) : path;

/** A pattern in which `%` is a literal percent sign, as in `lookupPath`. */
export const lookupPattern = (pattern: string): string => pattern.replaceAll('%', '%25');

/** Decodes the parameters of a path that `lookupPath` has encoded. */
export const decodedParams = (params: Record<string, string>): Record<string, string> => {
  for (const name in params) params[name] = decodeURIComponent(params[name]!);
  return params;
};
