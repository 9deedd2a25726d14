import type { FetchHandler, FetchObject } from '@windhover/app-fetch';
import type { NodeHandler } from '@windhover/app-node';
import type { WebHost, WebHostBuilder } from '@windhover/hosting';
import type { RequestHandler } from '@windhover/http';
import { ApplicationFormError } from './application-form-error.ts';

/** A Koa application: the members used here. */
export interface KoaApplication {
  callback(): NodeHandler;
  use(middleware: never): unknown;
}

/** A Fastify application: the members used here. */
export interface FastifyApplication {
  ready(): PromiseLike<unknown>;
  routing: unknown;
}

/** A NestJS application: the members used here. */
export interface NestApplication {
  init(): Promise<unknown>;
  getHttpAdapter(): { getInstance(): unknown };
}

/** An application that is an object, recognized by its properties. */
export type ApplicationObject =
  | FetchObject
  | KoaApplication
  | FastifyApplication
  | NestApplication
  | WebHostBuilder
  | WebHost;

/** All values that `serve`, the command and a test server accept as an application. */
export type Application = RequestHandler | NodeHandler | ApplicationObject;

/** An application as a handler, a host or a host builder. */
export type ResolvedApplication =
  | { readonly handler: RequestHandler }
  | { readonly builder: WebHostBuilder }
  | { readonly host: WebHost };

/** A form of applications. */
interface ApplicationForm {
  /** For messages and the README. */
  readonly name: string;
  /** Recognizes a value by its properties or parameters. */
  readonly is: (value: unknown) => boolean;
  /** Creates the handler, host or builder. Loads packages that only this form needs. */
  readonly resolve: (value: never) => ResolvedApplication | Promise<ResolvedApplication>;
}

const fetchForm = async (handler: FetchHandler): Promise<ResolvedApplication> => {
  const { fetchHandler } = await import('@windhover/app-fetch');
  return { handler: fetchHandler(handler) };
};

const nodeForm = async (handler: NodeHandler): Promise<ResolvedApplication> => {
  const { nodeHandler } = await import('@windhover/app-node');
  return { handler: nodeHandler(handler) };
};

/** All forms, in the order in which they are tried. Properties are checked first, the number of parameters last. */
export const applicationForms: readonly ApplicationForm[] = [
  { name: '{ fetch }', is: (value) => hasMethods(value, 'fetch'), resolve: fetchForm },
  {
    name: 'host builder',
    is: (value) => hasMethods(value, 'build', 'useUrls'),
    resolve: (builder: WebHostBuilder) => ({ builder }),
  },
  { name: 'host', is: (value) => hasMethods(value, 'run', 'start', 'stop'), resolve: (host: WebHost) => ({ host }) },
  {
    name: 'Koa',
    is: (value) => hasMethods(value, 'callback', 'use'),
    resolve: (koa: KoaApplication) => nodeForm(koa.callback()),
  },
  {
    name: 'Fastify',
    is: (value) => hasMethods(value, 'ready', 'routing'),
    resolve: async (fastify: FastifyApplication) => {
      await fastify.ready();
      return nodeForm((request, response) => (fastify.routing as NodeHandler)(request, response, ignoreNext));
    },
  },
  {
    name: 'NestJS',
    is: (value) => hasMethods(value, 'init', 'getHttpAdapter'),
    resolve: async (nest: NestApplication) => {
      await nest.init();
      return resolveApplication(nest.getHttpAdapter().getInstance());
    },
  },
  {
    name: 'Express',
    is: (value) => typeof value === 'function' && hasMethods(value, 'handle', 'use'),
    resolve: nodeForm,
  },
  { name: 'function fetch', is: (value) => isFunction(value) && value.name === 'fetch', resolve: fetchForm },
  {
    name: '(context) => …',
    is: (value) => isFunction(value) && value.length <= 1,
    resolve: (handler: RequestHandler) => ({ handler }),
  },
  {
    name: '(req, res) => …',
    is: (value) => isFunction(value) && value.length <= 3,
    resolve: (handler: NodeHandler) => nodeForm(refusingResponses(handler)),
  },
];

/**
 * Determines the form of an application. For a module it uses the default export, or the export `fetch`.
 *
 * @throws ApplicationFormError `APPLICATION_FORM_UNKNOWN`, `APPLICATION_FORM_AMBIGUOUS`
 */
export const resolveApplication = async (application: unknown): Promise<ResolvedApplication> => {
  const value = isModule(application) ? exportOf(application) : application;
  const form = applicationForms.find(({ is }) => is(value));
  if (form === undefined) throw unknownForm(value);
  return form.resolve(value as never);
};

/** The exports of a module that are used. */
export interface ApplicationModule {
  readonly default?: unknown;
  readonly fetch?: unknown;
}

/**
 * The application that a module exports; `undefined` if it exports none.
 *
 * @throws ApplicationFormError `APPLICATION_FORM_AMBIGUOUS`
 */
export const exportOf = (module: ApplicationModule): unknown => {
  if (typeof module.fetch !== 'function') return module.default;
  // A CommonJS module: its default export is `module.exports`, which has the other exports.
  if (hasMethods(module.default, 'fetch') && (module.default as FetchObject).fetch === module.fetch)
    return module.default;
  if (module.default !== undefined) {
    throw new ApplicationFormError(
      'APPLICATION_FORM_AMBIGUOUS',
      'the module has a default export and an export named fetch; export one of them',
    );
  }
  return { fetch: module.fetch };
};

const isModule = (value: unknown): value is ApplicationModule =>
  typeof value === 'object' &&
  value !== null &&
  (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Module';

// Applications are recognized by their methods, not by their class: the module may have loaded another copy of the
// package.

const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');

const isFunction = (value: unknown): value is (...values: never[]) => unknown =>
  typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));

const ignoreNext = (): void => {};

/**
 * Two parameters can also be `(request, context)` of a fetch handler. Its Response would be lost, and the client would
 * wait.
 */
const refusingResponses =
  (handler: NodeHandler): NodeHandler =>
  (request, response, next) => {
    const returned = handler(request, response, next);
    if (returned === undefined) return undefined;
    return returned instanceof Promise ? returned.then(refuseResponse) : refuseResponse(returned);
  };

/** Also for the Response of another implementation, and for that of the platform where the program has replaced the global. */
const isResponse = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Response]';

const refuseResponse = (returned: unknown): unknown => {
  if (!isResponse(returned)) return returned;
  throw new ApplicationFormError(
    'APPLICATION_FORM_AMBIGUOUS',
    'a handler with two or three parameters is called with (req, res, next) of node:http, but this one returned a ' +
      'Response. Export { fetch: handler }, or fetchHandler(handler) of @windhover/app-fetch',
  );
};

const unknownForm = (value: unknown): ApplicationFormError => {
  if (typeof value !== 'function') return new ApplicationFormError('APPLICATION_FORM_UNKNOWN', describe(value));
  if (!isFunction(value)) {
    return new ApplicationFormError('APPLICATION_FORM_UNKNOWN', `the class ${value.name}; pass an instance`);
  }
  return new ApplicationFormError(
    'APPLICATION_FORM_AMBIGUOUS',
    `a function with ${value.length} parameters fits no form. Write fetchHandler(handler) of @windhover/app-fetch or ` +
      'nodeHandler(handler) of @windhover/app-node',
  );
};

const describe = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a value of the type ${typeof value}`;
  if (typeof (value as Partial<PromiseLike<unknown>>).then === 'function') return 'a promise; await it first';
  if (hasMethods(value, 'listen', 'close', 'address'))
    return 'a server, e.g. of node:http; pass the handler that it serves';
  return 'an object';
};
