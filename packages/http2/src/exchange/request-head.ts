import { Buffer } from 'node:buffer';
import { isHost, isSameAuthority, isToken } from '@windhover/http';
import { Http2Error, type Http2StreamErrorCode } from '../codec/errors.ts';
import { FieldKind, firstPseudoKind } from '../codec/hpack/field-kind.ts';
import { HeaderField } from '../codec/hpack/header-field.ts';

/**
 * The checked header list of a request, with the pseudo-header fields and the fields that the protocol uses. A list
 * that breaks a rule is malformed, which resets its stream.
 *
 * Source: RFC 9113 sections 8.1.1, 8.2 and 8.3
 */
export class RequestHead {
  method = '';
  /** As received; empty for CONNECT and for a list that was too large. */
  scheme = '';
  /** Path and query; the authority for CONNECT. */
  target = '';
  /** `undefined` if the request has none. */
  authority: string | undefined;
  /** `:protocol` of an extended CONNECT (RFC 8441). */
  protocol: string | undefined;
  /** Regular fields, with cookies joined into one field, and with a Host field if there is an authority. */
  fields: HeaderField[];
  /** -1 if absent. */
  contentLength = -1;
  priority: string | undefined;
  expectsContinue = false;
  /** An expectation other than 100-continue. */
  hasOtherExpectation = false;
  #path: string | undefined;
  #host: string | undefined;
  #cookies = 0;

  /**
   * @param list the decoded list
   * @param scheme scheme of the connection; `undefined` to accept any
   * @throws Http2Error a stream error
   */
  constructor(list: readonly HeaderField[], scheme: string | undefined) {
    let at = 0;
    while (at < list.length && list[at]!.kind >= firstPseudoKind) this.#pseudo(list[at++]!);
    this.#checkPseudo(scheme);
    this.fields = this.#readRegular(list, at);
    if (this.#cookies > 1) this.#joinCookies();
  }

  /** The head of a request whose header list was too large to keep. */
  static ofTooLarge(): RequestHead {
    const head = new RequestHead(placeholder, undefined);
    head.scheme = '';
    return head;
  }

  get isConnect(): boolean {
    return this.method === 'CONNECT';
  }

  get isHead(): boolean {
    return this.method === 'HEAD';
  }

  /** Size that Kestrel compares with MaxRequestLineSize, as HTTP/2 has no request line. */
  get requestLineSize(): number {
    return this.method.length + this.scheme.length + (this.authority?.length ?? 0) + this.target.length;
  }

  #pseudo({ kind, value }: HeaderField): void {
    switch (kind) {
      case FieldKind.method:
        if (this.method !== '') throw new Http2Error('HTTP2_PSEUDO_HEADER_DUPLICATE');
        if (!isMethod(value)) throw new Http2Error('HTTP2_METHOD_INVALID');
        this.method = value;
        break;
      case FieldKind.scheme:
        if (this.scheme !== '') throw new Http2Error('HTTP2_PSEUDO_HEADER_DUPLICATE');
        if (!isScheme(value)) throw new Http2Error('HTTP2_SCHEME_INVALID');
        this.scheme = value;
        break;
      case FieldKind.path:
        if (this.#path !== undefined) throw new Http2Error('HTTP2_PSEUDO_HEADER_DUPLICATE');
        this.#path = value;
        break;
      case FieldKind.authority:
        if (this.authority !== undefined) throw new Http2Error('HTTP2_PSEUDO_HEADER_DUPLICATE');
        this.authority = value;
        break;
      case FieldKind.protocol:
        if (this.protocol !== undefined) throw new Http2Error('HTTP2_PSEUDO_HEADER_DUPLICATE');
        this.protocol = value;
        break;
      default:
        throw new Http2Error('HTTP2_PSEUDO_HEADER_UNKNOWN');
    }
  }

  /** Checks which pseudo-header fields are required or forbidden (RFC 9113 8.3.1, 8.5, RFC 8441 4). */
  #checkPseudo(scheme: string | undefined): void {
    if (this.method === '') throw new Http2Error('HTTP2_PSEUDO_HEADER_MISSING', ':method');
    if (this.authority !== undefined && !isAuthority(this.authority)) throw new Http2Error('HTTP2_AUTHORITY_INVALID');
    if (this.isConnect && this.protocol === undefined) {
      this.#checkConnect();
      return;
    }
    if (this.protocol !== undefined && (!this.isConnect || this.protocol === '')) {
      throw new Http2Error('HTTP2_PSEUDO_HEADER_NOT_ALLOWED');
    }
    if (this.scheme === '') throw new Http2Error('HTTP2_PSEUDO_HEADER_MISSING', ':scheme');
    if (this.#path === undefined) throw new Http2Error('HTTP2_PSEUDO_HEADER_MISSING', ':path');
    if (scheme !== undefined && this.scheme !== scheme && this.scheme.toLowerCase() !== scheme) {
      throw new Http2Error('HTTP2_SCHEME_INVALID');
    }
    if (this.isConnect && !this.authority) throw new Http2Error('HTTP2_PSEUDO_HEADER_MISSING', ':authority');
    if (!isPath(this.#path) && !(this.#path === '*' && this.method === 'OPTIONS')) {
      throw new Http2Error('HTTP2_PATH_INVALID');
    }
    this.target = this.#path;
  }

  /** Checks a plain CONNECT, which has only host and port. */
  #checkConnect(): void {
    if (this.scheme !== '' || this.#path !== undefined) throw new Http2Error('HTTP2_PSEUDO_HEADER_NOT_ALLOWED');
    if (this.authority === undefined) throw new Http2Error('HTTP2_PSEUDO_HEADER_MISSING', ':authority');
    if (!/:\d+$/.test(this.authority)) throw new Http2Error('HTTP2_AUTHORITY_INVALID');
    this.target = this.authority;
  }

  /** Reads the regular fields, and adds the authority as the Host field, which applications use (RFC 9113 8.3.1). */
  #readRegular(list: readonly HeaderField[], start: number): HeaderField[] {
    for (let at = start; at < list.length; at++) if (list[at]!.kind !== FieldKind.regular) this.#special(list[at]!);
    const { authority } = this;
    if (authority === undefined || this.#hasHost(authority)) return list.slice(start);
    // Host takes the place of a pseudo-header field, so that nothing is moved.
    const fields = list.slice(start - 1);
    fields[0] = new HeaderField('host', FieldKind.host, authority, true);
    return fields;
  }

  /** Whether the list has a Host, which must be the authority. */
  #hasHost(authority: string): boolean {
    if (this.#host === undefined) return false;
    if (isSameAuthority(this.#host, authority, this.scheme)) return true;
    throw new Http2Error('HTTP2_HOST_MISMATCH');
  }

  #special({ kind, value }: HeaderField): void {
    switch (kind) {
      case FieldKind.host:
        if (this.#host !== undefined) throw new Http2Error('HTTP2_HOST_MISMATCH');
        if (!isAuthority(value)) throw new Http2Error('HTTP2_AUTHORITY_INVALID');
        this.#host = value;
        break;
      case FieldKind.cookie:
        this.#cookies++;
        break;
      case FieldKind.contentLength:
        this.#readContentLength(value);
        break;
      case FieldKind.expect:
        if (value.toLowerCase() === '100-continue') this.expectsContinue = true;
        else if (value !== '') this.hasOtherExpectation = true;
        break;
      case FieldKind.priority:
        this.priority = this.priority === undefined ? value : `${this.priority},${value}`;
        break;
      default:
        throw new Http2Error(fieldError(kind) ?? 'HTTP2_FIELD_NAME_INVALID');
      case FieldKind.te:
        if (value.toLowerCase() !== 'trailers') throw new Http2Error('HTTP2_FIELD_CONNECTION_SPECIFIC');
    }
  }

  /** Content-Length = 1*DIGIT (RFC 9110 8.6). Lengths above 2^53 are rounded: no content reaches them. */
  #readContentLength(value: string): void {
    if (this.contentLength !== -1 || !/^\d+$/.test(value)) throw new Http2Error('HTTP2_CONTENT_LENGTH_INVALID');
    this.contentLength = Number(value);
  }

  /** Joins the parts of a cookie into one field at the place of the first (RFC 9113 8.2.3). */
  #joinCookies(): void {
    const isCookie = (field: HeaderField): boolean => field.kind === FieldKind.cookie;
    const joined = this.fields.filter(isCookie).map(({ value }) => value);
    const first = this.fields.findIndex(isCookie);
    this.fields = this.fields.filter((field, at) => at === first || !isCookie(field));
    // The parts have been checked.
    this.fields[first] = new HeaderField('cookie', FieldKind.cookie, joined.join('; '), true);
  }
}

/** The rule that a field breaks and that applies to header and trailer sections. */
export const fieldError = (kind: FieldKind): Http2StreamErrorCode | undefined => {
  switch (kind) {
    case FieldKind.connectionSpecific:
      return 'HTTP2_FIELD_CONNECTION_SPECIFIC';
    case FieldKind.invalidName:
      return 'HTTP2_FIELD_NAME_INVALID';
    case FieldKind.invalidValue:
      return 'HTTP2_FIELD_VALUE_INVALID';
    default:
      return kind >= firstPseudoKind ? 'HTTP2_PSEUDO_HEADER_LATE' : undefined;
  }
};

/** The header list of a request that is refused without being read. */
const placeholder: readonly HeaderField[] = [
  HeaderField.of(':method', 'GET'),
  HeaderField.of(':scheme', 'http'),
  HeaderField.of(':path', '/'),
];

/** RFC 3986 3.1 */
const schemeForm = /^[A-Za-z][A-Za-z0-9+.-]*$/;

const isScheme = (value: string): boolean => value === 'https' || value === 'http' || schemeForm.test(value);

const isMethod = (value: string): boolean => value === 'GET' || value === 'POST' || isToken(value);

/** Origin form: visible ASCII without `#`, as for HTTP/1.1. */
const path = /^\/[!"$-~]*$/;

/** `%00` before a query: refused as in HTTP/1.1 and in Kestrel. */
const nulInPath = /^[^?]*?%00/;

const isPath = (value: string): boolean => path.test(value) && !(value.includes('%00') && nulInPath.test(value));

/** Form of nearly every authority; `isHost` checks the whole grammar. */
const plainAuthority = /^[0-9a-z.-]+(?::\d+)?$/;

const isAuthority = (value: string): boolean => {
  if (plainAuthority.test(value)) return true;
  const bytes = Buffer.from(value, 'latin1');
  return isHost(bytes, 0, bytes.length);
};
