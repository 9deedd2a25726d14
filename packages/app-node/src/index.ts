export { NodeHandlerError, type NodeHandlerErrorCode, nodeHandlerErrors } from './errors.ts';
export { type NextFunction, type NodeDelegate, type NodeHandler, nodeHandler } from './node-handler.ts';
export { type SecureServerOptions, createSecureServer, createServer } from './server/create-server.ts';
export { type ListenArguments, type ListenOptions } from './server/listen-arguments.ts';
export { NodeServer, type RequestListener } from './server/node-server.ts';
export type { NodeServerOptions } from './server/server-settings.ts';
export { httpModule as default } from './http-module.ts';
