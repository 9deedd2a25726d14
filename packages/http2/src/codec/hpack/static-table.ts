import { HeaderField } from './header-field.ts';

/** `name` or `name: value`, from index 1 on (RFC 7541 appendix A). */
const entries = `
:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`;

const parse = (entry: string): HeaderField => {
  const space = entry.indexOf(' ');
  return space === -1 ? HeaderField.of(entry, '') : HeaderField.of(entry.slice(0, space), entry.slice(space + 1));
};

/** Index 0 is unused, so that an HPACK index is an array index. */
export const staticTable: readonly HeaderField[] = entries.split('\n').map(parse);

/** The first index of the dynamic table (RFC 7541 2.3.3). */
export const firstDynamicIndex: number = staticTable.length;

const staticNames = new Map<string, number>();
for (const [index, { name }] of staticTable.entries()) if (!staticNames.has(name)) staticNames.set(name, index);
staticNames.delete('');

/** The first entry with this name, or 0. */
export const staticNameIndex = (name: string): number => staticNames.get(name) ?? 0;
