import { Buffer } from 'node:buffer';
import { hash as digestOf, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { type Asn1Value, asn1Tags } from './asn1.ts';
import { DecryptionError } from './decryption-error.ts';

/** Maximum number of rounds of a key derivation. Programs write 2,048 to 1,000,000 rounds; 5,000,000 take seconds. */
const maxRounds = 5_000_000;

/** Maximum memory of scrypt in bytes. Programs use 16 to 128 MiB. */
const maxScryptMemory = 256 * 1024 * 1024;
const maxScryptParallelization = 16;

/** Digests by object identifier, with the size of their input blocks in bytes. */
const digests: Readonly<Record<string, readonly [name: string, blockSize: number]>> = {
  '1.3.14.3.2.26': ['sha1', 64],
  '2.16.840.1.101.3.4.2.4': ['sha224', 64],
  '2.16.840.1.101.3.4.2.1': ['sha256', 64],
  '2.16.840.1.101.3.4.2.2': ['sha384', 128],
  '2.16.840.1.101.3.4.2.3': ['sha512', 128],
};

/** Digests by the object identifier of their HMAC. */
const hmacs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** @throws DecryptionError `unsupported` */
export const digestNamed = (objectIdentifier: string): string => known(digests, objectIdentifier)[0];

/** @throws DecryptionError `unsupported` */
export const hmacNamed = (objectIdentifier: string): string => known(hmacs, objectIdentifier);

const known = <T>(table: Readonly<Record<string, T>>, objectIdentifier: string): T => {
  const value = table[objectIdentifier];
  if (value === undefined) throw new DecryptionError('unsupported', `algorithm ${objectIdentifier}`);
  return value;
};

/** @throws DecryptionError `tooSlow` */
const checkRounds = (rounds: number): void => {
  if (rounds <= maxRounds) return;
  const requested = rounds.toLocaleString('en');
  throw new DecryptionError('tooSlow', `${requested} rounds, at most ${maxRounds.toLocaleString('en')}`);
};

const derive = { pbkdf2: promisify(pbkdf2), scrypt: promisify(scrypt) };

const pbkdf2Identifier = '1.2.840.113549.1.5.12';
const scryptIdentifier = '1.3.6.1.4.1.11591.4.11';

/**
 * Derives a key according to an AlgorithmIdentifier of PKCS #5, outside of the event loop.
 *
 * @param size bytes of the key
 * @throws DecryptionError `unsupported`, `tooSlow`; Asn1Error
 * Source: RFC 8018 section 5.2 and appendix A.2, RFC 7914 section 7
 */
export const deriveKey = (algorithm: Asn1Value, password: Uint8Array, size: number): Promise<Buffer> => {
  const [identifier, parameters] = algorithm.fields(2);
  const name = identifier!.objectIdentifier;
  if (name === pbkdf2Identifier) return deriveByPbkdf2(parameters!.fields(2), password, size);
  if (name === scryptIdentifier) return deriveByScrypt(parameters!.fields(4), password, size);
  throw new DecryptionError('unsupported', `algorithm ${name}`);
};

const deriveByPbkdf2 = (parameters: Asn1Value[], password: Uint8Array, size: number): Promise<Buffer> => {
  const [salt, rounds, ...optional] = parameters;
  const prf = optional.find(({ tag }) => tag === asn1Tags.sequence)?.fields(1)[0];
  const digest = prf === undefined ? 'sha1' : hmacNamed(prf.objectIdentifier);
  checkRounds(rounds!.integer);
  return derive.pbkdf2(password, salt!.octets, rounds!.integer, size, digest);
};

const deriveByScrypt = (parameters: Asn1Value[], password: Uint8Array, size: number): Promise<Buffer> => {
  const [salt, ...numbers] = parameters;
  const [N, r, p] = numbers.slice(0, 3).map(({ integer }) => integer) as [number, number, number];
  const memory = 128 * N * r;
  if (memory > maxScryptMemory || p > maxScryptParallelization) {
    throw new DecryptionError('tooSlow', `scrypt with ${memory.toLocaleString('en')} bytes of memory`);
  }
  const options = { N, r, p, maxmem: memory + maxScryptMemory };
  return (derive.scrypt as (...args: unknown[]) => Promise<Buffer>)(password, salt!.octets, size, options);
};

/** Purposes of the derived bytes. Source: RFC 7292 appendix B.3 */
export const purposes = { key: 1, initializationVector: 2, mac: 3 } as const;

/** Input of the PKCS #12 key derivation. */
export interface Pkcs12Derivation {
  /** Object identifier of the digest. */
  readonly digest: string;
  /** In the PKCS #12 encoding; see `pkcs12Passwords`. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
}

/** Rounds per turn of the event loop. */
const roundsPerTurn = 5000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Derives bytes with the PKCS #12 derivation, which Node.js does not offer. Does not block the event loop.
 *
 * @param size bytes
 * @throws DecryptionError `unsupported`, `tooSlow`
 * Source: RFC 7292 appendix B.2
 */
export const deriveByPkcs12 = async (
  { digest, password, salt, rounds }: Pkcs12Derivation,
  purpose: (typeof purposes)[keyof typeof purposes],
  size: number,
): Promise<Buffer> => {
  const [name, blockSize] = known(digests, digest);
  checkRounds(rounds);
  const diversifier = Buffer.alloc(blockSize, purpose);
  const input = Buffer.concat([repeated(salt, blockSize), repeated(password, blockSize)]);
  const parts: Buffer[] = [];
  for (let made = 0; made < size; made += parts.at(-1)!.length) {
    const part = await digestRounds(name, Buffer.concat([diversifier, input]), rounds);
    parts.push(part);
    addToBlocks(input, repeated(part, blockSize).subarray(0, blockSize), blockSize);
  }
  return Buffer.concat(parts).subarray(0, size);
};

/** Repeats the bytes to fill whole blocks. Empty input gives empty output. */
const repeated = (bytes: Uint8Array, blockSize: number): Buffer =>
  Buffer.alloc(Math.ceil(bytes.length / blockSize) * blockSize, bytes.length === 0 ? 0 : Buffer.from(bytes));

const digestRounds = async (name: string, input: Buffer, rounds: number): Promise<Buffer> => {
  let value = digestOf(name, input, 'buffer');
  for (let round = 1; round < rounds; round++) {
    if (round % roundsPerTurn === 0) await turn();
    value = digestOf(name, value, 'buffer');
  }
  return value;
};

/** Adds a number and 1 to each block, as big-endian numbers. */
const addToBlocks = (input: Buffer, addend: Buffer, blockSize: number): void => {
  for (let start = 0; start < input.length; start += blockSize) {
    for (let at = blockSize - 1, carry = 1; at >= 0; at--) {
      const sum = input[start + at]! + addend[at]! + carry;
      input[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
};
