/**
 * Meaning of a decoded field for a request, known from its name or, for `invalidValue`, from its value. Each table
 * entry is classified once; a reference to it costs one comparison.
 */
export const FieldKind = {
  /** Passed on to the application. */
  regular: 0,
  /** Regular fields that the protocol reads. */
  host: 1,
  cookie: 2,
  contentLength: 3,
  te: 4,
  expect: 5,
  priority: 6,
  /** Malformed in HTTP/2 (RFC 9113 8.2.1, 8.2.2). */
  connectionSpecific: 7,
  invalidName: 8,
  invalidValue: 9,
  /** Pseudo-header fields: this kind and all higher ones. */
  method: 10,
  scheme: 11,
  authority: 12,
  path: 13,
  protocol: 14,
  status: 15,
  unknownPseudo: 16,
} as const;

export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind];

/** The first kind of pseudo-header fields. */
export const firstPseudoKind: number = FieldKind.method;

const kinds = new Map<string, FieldKind>([
  ['host', FieldKind.host],
  ['cookie', FieldKind.cookie],
  ['content-length', FieldKind.contentLength],
  ['te', FieldKind.te],
  ['expect', FieldKind.expect],
  ['priority', FieldKind.priority],
  ['connection', FieldKind.connectionSpecific],
  ['keep-alive', FieldKind.connectionSpecific],
  ['proxy-connection', FieldKind.connectionSpecific],
  ['transfer-encoding', FieldKind.connectionSpecific],
  ['upgrade', FieldKind.connectionSpecific],
  [':method', FieldKind.method],
  [':scheme', FieldKind.scheme],
  [':authority', FieldKind.authority],
  [':path', FieldKind.path],
  [':protocol', FieldKind.protocol],
  [':status', FieldKind.status],
]);

/** For each first character the lengths of the names above, as bits. Most other names need no look-up, which hashes them. */
const lengthsByStart = new Uint32Array(256);
for (const name of kinds.keys()) lengthsByStart[name.charCodeAt(0)]! |= 1 << name.length;

/** token in lower case (RFC 9110 5.6.2, RFC 9113 8.2.1) */
const lowerCaseToken = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** field-value without control characters, and without whitespace at its ends (RFC 9110 5.5, RFC 9113 8.2.1) */
const fieldValue = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** The kind of a field with this name and a valid value. */
export const kindOfName = (name: string): FieldKind => {
  const isLikely = name !== '' && ((lengthsByStart[name.charCodeAt(0)]! >>> name.length) & 1) === 1;
  const known = isLikely ? kinds.get(name) : undefined;
  if (known !== undefined) return known;
  if (name.charCodeAt(0) === 0x3a) return FieldKind.unknownPseudo;
  return lowerCaseToken.test(name) ? FieldKind.regular : FieldKind.invalidName;
};

export const isFieldValue = (value: string): boolean => fieldValue.test(value);
