import { Buffer } from 'node:buffer';

/** RFC 6066 section 3: the server knows no such name. */
export const unrecognizedName = 112;

/** A fatal alert as a record, for a handshake that ends before it has begun. RFC 8446 sections 5.1 and 6 */
export const fatalAlert = (description: number): Buffer => Buffer.of(21, 3, 3, 0, 2, 2, description);
