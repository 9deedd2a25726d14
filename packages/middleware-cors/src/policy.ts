import { type HttpContext, isToken, receivedText, resolveOptions } from '@windhover/http';
import { CorsError } from './errors.ts';
import { type OriginTest, originTest } from './origins.ts';

/**
 * Rules for other sites that use the application.
 *
 * Source: ASP.NET Core `CorsPolicy`
 */
export interface ResolvedCorsPolicy {
  /**
   * Origins that may read responses: a list of origins and of `https://*.example.com` for all names below a domain, `*`
   * for every origin, or a function. Only the result `true` allows an origin; the function cannot be async.
   */
  readonly origins: '*' | readonly string[] | ((origin: string, context: HttpContext) => boolean);
  /** Methods that require a permission: all except GET, HEAD and POST. `*` for every method. */
  readonly methods: '*' | readonly string[];
  /**
   * Request fields that require a permission, e.g. `content-type` (for JSON) and `authorization`. `*` for every field.
   */
  readonly headers: '*' | readonly string[];
  /** Response fields that scripts may read in addition to the standard ones. */
  readonly exposedHeaders: readonly string[];
  /** Whether browsers may send cookies and client certificates, and show the response to the script. */
  readonly supportsCredentials: boolean;
  /** Seconds for which a browser may cache a permission; `undefined` uses the browser's default (5 seconds). */
  readonly preflightMaxAge: number | undefined;
  /** Whether public sites may send requests to this server in a private network. */
  readonly privateNetwork: boolean;
}

/** A policy as passed by the caller: `origins` is required. */
export type CorsPolicy = Pick<ResolvedCorsPolicy, 'origins'> & Partial<ResolvedCorsPolicy>;

export const corsDefaults: Omit<ResolvedCorsPolicy, 'origins'> = {
  methods: [], // as ASP.NET Core Methods
  headers: [], // as ASP.NET Core Headers
  exposedHeaders: [], // as ASP.NET Core ExposedHeaders
  supportsCredentials: false, // as ASP.NET Core SupportsCredentials
  preflightMaxAge: undefined, // as ASP.NET Core PreflightMaxAge
  privateNetwork: false,
};

/** A policy with precomputed field values. */
export interface CompiledPolicy {
  readonly allowsAnyOrigin: boolean;
  readonly allowsOrigin: OriginTest;
  /** Value of Access-Control-Allow-Methods; `*` for the requested method, empty for none. */
  readonly methods: string;
  /** Value of Access-Control-Allow-Headers; `*` for the requested fields, empty for none. */
  readonly headers: string;
  readonly exposedHeaders: string;
  readonly supportsCredentials: boolean;
  readonly preflightMaxAge: number | undefined;
  readonly privateNetwork: boolean;
}

/** @throws CorsError all codes except `CORS_POLICY_UNKNOWN` */
export const compilePolicy = (given: CorsPolicy): CompiledPolicy => {
  const policy: ResolvedCorsPolicy = resolveOptions('cors', corsDefaults, given, {
    kinds: { origins: 'any', methods: ['strings', '*'], headers: ['strings', '*'] },
    required: ['origins'],
  });
  const { origins, supportsCredentials, preflightMaxAge, privateNetwork } = policy;
  if (typeof origins === 'string' ? origins !== '*' : typeof origins !== 'function' && !Array.isArray(origins)) {
    throw new TypeError(
      `cors: origins must be an array of strings, "*" or a function; received ${receivedText(origins)}.`,
    );
  }
  if (origins === '*' && supportsCredentials) throw new CorsError('CORS_ANY_ORIGIN_WITH_CREDENTIALS');
  if (preflightMaxAge !== undefined && !(Number.isSafeInteger(preflightMaxAge) && preflightMaxAge >= 0)) {
    throw new CorsError('CORS_MAX_AGE_INVALID', preflightMaxAge);
  }
  return {
    allowsAnyOrigin: origins === '*',
    allowsOrigin: originTest(origins),
    methods: nameList(policy.methods),
    headers: nameList(policy.headers),
    exposedHeaders: nameList(policy.exposedHeaders),
    supportsCredentials,
    preflightMaxAge,
    privateNetwork,
  };
};

const nameList = (names: '*' | readonly string[]): string => {
  if (names === '*') return names;
  const invalid = names.find((name) => !isToken(name));
  if (invalid !== undefined) throw new CorsError('CORS_NAME_INVALID', invalid);
  return names.join(', ');
};
