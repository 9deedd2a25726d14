import { describe, expect, it } from 'vitest';
import { ReceiveWindow, applySettings, increasedWindow, initialSettings, type Http2Error } from '../src/codec/index.ts';
import { hex } from './support/hex.ts';

describe('RFC 9113 6.5.2 settings', () => {
  it('the last value of a setting holds, unknown settings are ignored', () => {
    const settings = initialSettings();
    const payload = hex(
      '0001 00000000 0004 00000001 0004 00000002 00ff 12345678 0005 00ffffff 0006 00000064 0002 00000000',
    );
    applySettings(settings, payload, 0, payload.length);
    expect(settings).toEqual({
      headerTableSize: 0,
      smallestHeaderTableSize: 0,
      initialWindowSize: 2,
      maxFrameSize: 0xffffff,
      maxHeaderListSize: 100,
    });
  });

  it.each([
    ['of the last frame', '0001 00001000 0001 00000000 0001 00000800', 0, 0x800],
    ['of no frame', '0004 00000001', 4096, 4096],
  ])('the smallest size of the table %s', (_title, digits, smallest, last) => {
    const settings = initialSettings();
    const payload = hex(digits);
    applySettings(settings, payload, 0, payload.length);
    expect([settings.smallestHeaderTableSize, settings.headerTableSize]).toEqual([smallest, last]);
    applySettings(settings, payload, 0, 0);
    expect(settings.smallestHeaderTableSize).toBe(last);
  });

  it.each([
    ['ENABLE_PUSH of 2', '0002 00000002', 'HTTP2_SETTING_INVALID'],
    ['INITIAL_WINDOW_SIZE of 2^31', '0004 80000000', 'HTTP2_SETTING_WINDOW_TOO_LARGE'],
    ['MAX_FRAME_SIZE of 16383', '0005 00003fff', 'HTTP2_SETTING_INVALID'],
    ['MAX_FRAME_SIZE of 2^24', '0005 01000000', 'HTTP2_SETTING_INVALID'],
    ['ENABLE_CONNECT_PROTOCOL of 2', '0008 00000002', 'HTTP2_SETTING_INVALID'],
    ['NO_RFC7540_PRIORITIES of 2', '0009 00000002', 'HTTP2_SETTING_INVALID'],
  ])('%s: %s is refused with %s', (_title, digits, code) => {
    const payload = hex(digits);
    expect(() => applySettings(initialSettings(), payload, 0, payload.length)).toThrow(
      expect.objectContaining({ code }) as Http2Error,
    );
  });
});

describe('RFC 9113 6.9 windows', () => {
  it('reopens a receive window when half of it was consumed', () => {
    const window = new ReceiveWindow(100);
    expect([window.receive(60), window.consume(49), window.consume(1), window.available]).toEqual([true, 0, 50, 90]);
  });

  it('more than the window allows is refused', () => {
    const window = new ReceiveWindow(100);
    expect([window.receive(100), window.receive(1), window.receive(0)]).toEqual([true, false, true]);
  });

  it('a receive window is low while unread bytes fill more than half of it', () => {
    const window = new ReceiveWindow(100);
    window.receive(50);
    expect(window.isLow).toBe(false);
    window.receive(1);
    expect(window.isLow).toBe(true);
    window.consume(51);
    expect(window.isLow).toBe(false);
  });

  it.each([
    [0, 100, 100],
    [-50, 100, 50],
    [0x7ffffffe, 1, 0x7fffffff],
    [0x7fffffff, 1, NaN],
    [1, 0x7fffffff, NaN],
  ])('a send window of %i grows by %i to %i', (window, increment, size) => {
    expect(increasedWindow(window, increment)).toBe(size);
  });
});
