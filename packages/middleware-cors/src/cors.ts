import { type HttpContext, type HttpFields, type Middleware, addVary, isToken, listMembers } from '@windhover/http';
import { CorsError } from './errors.ts';
import { type CompiledPolicy, type CorsPolicy, compilePolicy } from './policy.ts';

/**
 * Request middleware that answers preflight requests, and marks responses that scripts of other sites may read. A
 * request from a site that is not allowed reaches the application, but the browser withholds its response from the
 * script. Preflight requests never reach the application.
 *
 * @throws CorsError for an invalid policy
 * Source: ASP.NET Core `CorsMiddleware`; Fetch standard, section "HTTP CORS protocol"
 */
export const cors = (policy: CorsPolicy): Middleware => {
  const resolved = compilePolicy(policy);
  return (context, next) => (handleCors(context, resolved) ? undefined : next(context));
};

/**
 * Like `cors`, with several named policies.
 *
 * @param choose returns the name of the policy for a request, or `undefined` for none. A preflight request must get the
 *   same name as its actual request: choose by path, not by method
 * @throws CorsError for an invalid policy; during a request `CORS_POLICY_UNKNOWN`, for an unknown name
 * Source: ASP.NET Core `CorsOptions.AddPolicy`, `EnableCorsAttribute`, `DisableCorsAttribute`
 */
export const corsPolicies = <Name extends string>(
  policies: Readonly<Record<Name, CorsPolicy>>,
  choose: (context: HttpContext) => NoInfer<Name> | undefined,
): Middleware => {
  const resolved = new Map(Object.entries<CorsPolicy>(policies).map(([name, policy]) => [name, compilePolicy(policy)]));
  return (context, next) => {
    const name = choose(context);
    if (name === undefined) return next(context);
    const policy = resolved.get(name);
    if (policy === undefined) throw new CorsError('CORS_POLICY_UNKNOWN', name);
    return handleCors(context, policy) ? undefined : next(context);
  };
};

/** @returns whether the request has been answered */
const handleCors = (context: HttpContext, policy: CompiledPolicy): boolean => {
  const { request, response } = context;
  const origin = request.headers.get('origin');
  const allowed = allowedOrigin(context, policy, origin);
  const requestedMethod =
    request.method === 'OPTIONS' ? request.headers.get('access-control-request-method') : undefined;
  if (origin !== undefined && requestedMethod !== undefined) {
    answerPreflight(context, policy, allowed, requestedMethod);
    return true;
  }
  response.onStarting(
    () => {
      if (!policy.allowsAnyOrigin) addVary(response.headers, 'origin');
      if (allowed !== undefined) allow(response.headers, policy, allowed);
    },
    { alsoOnError: true },
  );
  return false;
};

/**
 * The value of Access-Control-Allow-Origin; `undefined` if the origin is not allowed. With a policy for all origins, a
 * response to a request without Origin has it as well: a cache may answer a script with it.
 *
 * Source: Fetch standard, section "CORS protocol and HTTP caches"
 */
const allowedOrigin = (
  context: HttpContext,
  policy: CompiledPolicy,
  origin: string | undefined,
): string | undefined => {
  if (policy.allowsAnyOrigin) return '*';
  return origin !== undefined && policy.allowsOrigin(origin, context) ? origin : undefined;
};

const allow = (fields: HttpFields, policy: CompiledPolicy, allowed: string): void => {
  allowOrigin(fields, policy, allowed);
  if (policy.exposedHeaders !== '') fields.set('access-control-expose-headers', policy.exposedHeaders);
};

const allowOrigin = (fields: HttpFields, policy: CompiledPolicy, allowed: string): void => {
  fields.set('access-control-allow-origin', allowed);
  if (policy.supportsCredentials) fields.set('access-control-allow-credentials', 'true');
};

/** @param allowed value of Access-Control-Allow-Origin; `undefined` if the origin is not allowed */
const answerPreflight = (
  { request, response }: HttpContext,
  policy: CompiledPolicy,
  allowed: string | undefined,
  method: string,
): void => {
  const { headers } = response;
  response.statusCode = 204;
  if (!policy.allowsAnyOrigin) addVary(headers, 'origin');
  addVary(headers, 'access-control-request-method');
  addVary(headers, 'access-control-request-headers');
  if (policy.privateNetwork) addVary(headers, 'access-control-request-private-network');
  if (allowed !== undefined) {
    allowOrigin(headers, policy, allowed);
    const requested = request.headers.get('access-control-request-headers') ?? '';
    setList(headers, 'access-control-allow-methods', policy.methods, method);
    setList(headers, 'access-control-allow-headers', policy.headers, requested);
    if (policy.preflightMaxAge !== undefined) headers.set('access-control-max-age', policy.preflightMaxAge);
    const isPrivate = request.headers.get('access-control-request-private-network') === 'true';
    if (isPrivate && policy.privateNetwork) headers.set('access-control-allow-private-network', 'true');
  }
  response.end();
};

/**
 * Sets the allowed names. `*` becomes the requested names: browsers treat `*` literally for requests with credentials,
 * and it does not include Authorization.
 */
const setList = (fields: HttpFields, name: string, allowed: string, requested: string): void => {
  const value = allowed === '*' ? listMembers(requested).filter(isToken).join(', ') : allowed;
  if (value !== '') fields.set(name, value);
};
