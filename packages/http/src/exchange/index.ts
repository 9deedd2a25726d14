export { ConnectionTimeout, Timeout } from './connection-timeout.ts';
export { contentBytes } from './content-bytes.ts';
export { RequestRate, ResponseRate } from './data-rates.ts';
export { ContentKind, ExchangeResponse, type RespondingExchange } from './exchange-response.ts';
export { type ExchangeHost, type ExchangeOwner, ExchangeRun } from './exchange-run.ts';
export { type ExchangeConnection, HttpExchange } from './http-exchange.ts';
export { ReceivedFields } from './received-fields.ts';
export { refusalFor, reportBadRequest } from './refusals.ts';
export { type ContentSource, RequestBody } from './request-body.ts';
