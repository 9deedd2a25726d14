import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { hexDump } from '../src/hex-dump.ts';

describe('the rows of a dump', () => {
  it('offset, bytes in two halves, text', () => {
    expect(hexDump(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n'))).toEqual([
      '0000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..',
      '0010  48 6f 73 74 3a 20 61 0d  0a                       Host: a..',
    ]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [16, 1],
    [17, 2],
  ])('%d bytes: %d rows', (size, rows) => {
    expect(hexDump(Buffer.alloc(size, 'x'))).toHaveLength(rows);
  });

  it('the text is in one column, also for a short row', () => {
    for (let size = 1; size <= 16; size++) {
      expect(hexDump(Buffer.alloc(size, 'x'))[0]!.lastIndexOf('  ')).toBe(54);
    }
  });

  it('printable ASCII only, for all bytes', () => {
    const rows = hexDump(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    expect(rows.join('')).toMatch(/^[\x20-\x7e]*$/);
    expect(rows[2]).toMatch(/ {2} !"#\$%&'\(\)\*\+,-\.\/$/);
    expect(rows[7]).toMatch(/xyz\{\|\}~\.$/);
    expect(rows[15]).toMatch(/ {2}\.{16}$/);
  });

  it('offsets grow beyond four digits', () => {
    expect(hexDump(Buffer.alloc(65_537)).at(-1)).toMatch(/^10000 {2}00 /);
  });
});
