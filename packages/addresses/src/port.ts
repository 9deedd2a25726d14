import { Refusal } from './refusal.ts';

/** Highest port number of TCP (RFC 9293, section 3.1). */
export const maxPort = 65_535;

/**
 * The port of an address without a port: 80 for http, 443 for https, else 0. Source: RFC 9110, section 4.2; Kestrel
 * `BindingAddress`.
 */
export const defaultPort = (scheme: string): number => {
  const lower = scheme.toLowerCase();
  if (lower === 'http') return 80;
  return lower === 'https' ? 443 : 0;
};

/**
 * Reads the digits after the colon.
 *
 * @param start index of the text in the address
 * @param withPort returns the address with another port, to suggest; `undefined` means the usual port
 * @throws Refusal `ADDRESS_PORT_MISSING`, `ADDRESS_PORT_INVALID`, `ADDRESS_PORT_RANGE`
 */
export const readPort = (text: string, start: number, withPort: (port: number | undefined) => string): number => {
  if (text === '') throw new Refusal('ADDRESS_PORT_MISSING', start - 1, withPort(undefined));
  const at = text.search(/\D/);
  if (at !== -1) throw new Refusal('ADDRESS_PORT_INVALID', start + at, withPort(guessPort(text)));
  const port = Number(text);
  if (port > maxPort) throw new Refusal('ADDRESS_PORT_RANGE', start, withPort(undefined));
  return port;
};

/** The number at the beginning of a text if it can be a port, else `undefined`; also `undefined` for `0x1F90` and `8o80`. */
export const guessPort = (text: string): number | undefined => {
  const digits = /^\s*([1-9]\d*)(?!\d|[A-Za-z]+\d)/.exec(text)?.[1];
  return digits !== undefined && Number(digits) <= maxPort ? Number(digits) : undefined;
};
