import type { FetchHandler, FetchObject } from '@windhover/app-fetch';
import type { NodeHandler } from '@windhover/app-node';
import type { WebHost, WebHostBuilder } from '@windhover/hosting';
import type { RequestHandler } from '@windhover/http';
import { ApplicationFormError } from './application-form-error.ts';

/** An application of Koa, by the members that are used. */
export interface KoaApplication {
  callback(): NodeHandler;
  use(middleware: never): unknown;
}

/** An application of Fastify, by the members that are used. */
export interface FastifyApplication {
  ready(): PromiseLike<unknown>;
  routing: unknown;
}

/** An application of NestJS, by the members that are used. */
export interface NestApplication {
  init(): Promise<unknown>;
  getHttpAdapter(): { getInstance(): unknown };
}

/** An application that is an object: it is recognised by its properties. */
export type ApplicationObject =
  | FetchObject
  | KoaApplication
  | FastifyApplication
  | NestApplication
  | WebHostBuilder
  | WebHost;

/** Everything that `serve`, the command and a test server accept as an application. */
export type Application = RequestHandler | NodeHandler | ApplicationObject;

/** An application in one of the three forms that a host can be made of. */
export type ResolvedApplication =
  | { readonly handler: RequestHandler }
  | { readonly builder: WebHostBuilder }
  | { readonly host: WebHost };

/** A form of applications. */
interface ApplicationForm {
  /** For messages and the README. */
  readonly name: string;
  /** The property or the parameters by which a value is recognised. */
  readonly is: (value: unknown) => boolean;
  /** Packages that only one form needs are loaded when it is found. */
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

/** Every form, in the order in which they are tried. Properties decide first, the number of parameters last. */
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
 * Finds the form of an application and what a host can be made of. A module is taken for its default export, or for its
 * export `fetch`.
 *
 * @throws ApplicationFormError `APPLICATION_FORM_UNKNOWN`, `APPLICATION_FORM_AMBIGUOUS`
 */
export const resolveApplication = async (application: unknown): Promise<ResolvedApplication> => {
  const value = isModule(application) ? exportOf(application) : application;
  const form = applicationForms.find(({ is }) => is(value));
  if (form === undefined) throw unknownForm(value);
  return form.resolve(value as never);
};

/** The exports of a module that are looked at. */
export interface ApplicationModule {
  readonly default?: unknown;
  readonly fetch?: unknown;
}

/**
 * The application that a module exports; `undefined` without one.
 *
 * @throws ApplicationFormError `APPLICATION_FORM_AMBIGUOUS`
 */
export const exportOf = (module: ApplicationModule): unknown => {
  if (typeof module.fetch !== 'function') return module.default;
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

// Applications are recognised by their methods, not by their class: the module may have another copy of the package.

const hasMethods = (value: unknown, ...names: readonly string[]): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');

const isFunction = (value: unknown): value is (...values: never[]) => unknown =>
  typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));

const ignoreNext = (): void => {};

/** Two parameters can also be `(request, context)` of a fetch handler. Its Response would otherwise be lost, and the client wait. */
const refusingResponses =
  (handler: NodeHandler): NodeHandler =>
  (request, response, next) => {
    const returned = handler(request, response, next);
    if (returned === undefined) return undefined;
    return returned instanceof Promise ? returned.then(refuseResponse) : refuseResponse(returned);
  };

const refuseResponse = (returned: unknown): unknown => {
  if (!(returned instanceof Response)) return returned;
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
  return 'an object';
};
