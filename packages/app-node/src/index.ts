export { NodeHandlerError, type NodeHandlerErrorCode, nodeHandlerErrors } from './errors.ts';
export type { ExchangeClasses } from './exchange-settings.ts';
export {
  type NextFunction,
  type NodeDelegate,
  type NodeHandler,
  type NodeHandlerOptions,
  nodeHandler,
} from './node-handler.ts';
export { type SecureServerOptions, createSecureServer, createServer } from './server/create-server.ts';
export { type ListenArguments, NodeServer, type RequestListener } from './server/node-server.ts';
export type { NodeServerOptions } from './server/server-settings.ts';
export { type NodeUpgrade, nodeUpgrade } from './upgrade/node-upgrade.ts';
export { httpModule as default } from './http-module.ts';
