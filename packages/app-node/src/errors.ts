/** Every code of a `NodeHandlerError`, with the sentence that its message begins with. */
export const nodeHandlerErrors = {
  APP_NODE_HANDLER_INVALID:
    'a node handler must be a function (req, res) or (req, res, next), such as an Express application',
  APP_NODE_OPTION_REFUSED: 'an option would make the server accept requests that other servers read differently',
  APP_NODE_TLS_OPTION_REFUSED:
    'an option or method of a server of node:https has no effect here, and cannot be ignored safely',
  APP_NODE_SOCKET_WRITE_REFUSED:
    'bytes can be written on req.socket only before the end of an HTTP/1.1 response; use write and end of the response',
  APP_NODE_LISTENER_MISSING: 'the server has no handler; pass one to createServer, or add a listener for "request"',
} as const satisfies Record<`APP_NODE_${string}`, string>;

export type NodeHandlerErrorCode = keyof typeof nodeHandlerErrors;

/** An unusable handler or option. Callers branch on `code`, not on the message. */
export class NodeHandlerError extends Error {
  override readonly name = 'NodeHandlerError';
  readonly code: NodeHandlerErrorCode;

  constructor(code: NodeHandlerErrorCode, detail?: string) {
    super(detail === undefined ? nodeHandlerErrors[code] : `${nodeHandlerErrors[code]}; ${detail}`);
    this.code = code;
  }
}
