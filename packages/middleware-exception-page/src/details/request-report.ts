import type { HttpContext } from '@windhover/http';

/** The parts of a request that are shown. */
export interface RequestReport {
  readonly method: string;
  readonly target: string;
  readonly protocol: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly query: readonly (readonly [name: string, value: string])[];
  /** `request.path` and `request.pathBase`. */
  readonly path: string;
  readonly pathBase: string;
  readonly traceIdentifier: string;
}

/** Replaces values that are not shown. */
const masked = '(hidden)';

export const requestReport = (context: HttpContext, maskedFields: readonly string[]): RequestReport => {
  const { method, target, protocol, headers, query, path, pathBase } = context.request;
  const hidden = new Set(maskedFields.map((name) => name.toLowerCase()));
  const fields = Array.from(headers, ([name, value]): [string, string] => [
    name,
    hidden.has(name.toLowerCase()) ? masked : value,
  ]);
  return {
    method,
    target,
    protocol,
    fields,
    query: [...query],
    path,
    pathBase,
    traceIdentifier: context.traceIdentifier,
  };
};
