import { propertyOf } from '@windhover/thrown-values';

/** An error of the protocol, not of the application: a TypeError with a code. */
export const protocolError = (code: string, message: string, cause?: unknown): TypeError =>
  Object.assign(new TypeError(message, { cause }), { code });

/** An error of a call that the state of the exchange does not allow. */
export const invalidState = (message: string): DOMException => new DOMException(message, 'InvalidStateError');

/** An error of a part of the draft that this server does not have. */
export const notSupported = (what: string): DOMException =>
  new DOMException(`${what} is not supported`, 'NotSupportedError');

/** Whether a thrown value has a text code. */
export const hasCode = (error: unknown): error is { readonly code: string } =>
  typeof propertyOf(error, 'code') === 'string';
