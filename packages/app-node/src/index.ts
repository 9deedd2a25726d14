export { NodeHandlerError, type NodeHandlerErrorCode, nodeHandlerErrors } from './errors.ts';
export { type NextFunction, type NodeDelegate, type NodeHandler, nodeHandler } from './node-handler.ts';
