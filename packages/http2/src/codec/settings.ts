import { Http2Error } from './errors.ts';
import { defaultMaxFrameSize } from './frame-type.ts';
import { defaultWindowSize, maxWindowSize } from './flow-window.ts';
import { defaultTableSize } from './hpack/dynamic-table.ts';

/** Identifiers of settings (RFC 9113 6.5.2, RFC 8441 3, RFC 9218 2.1). */
export const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
  ENABLE_CONNECT_PROTOCOL: 0x8,
  NO_RFC7540_PRIORITIES: 0x9,
} as const;

/** The settings of a peer that its counterpart uses. */
export interface PeerSettings {
  headerTableSize: number;
  /** The smallest of the table sizes in the last SETTINGS frame; the last one if it had none (RFC 7541 4.2). */
  smallestHeaderTableSize: number;
  initialWindowSize: number;
  maxFrameSize: number;
  /** Infinity without a limit. */
  maxHeaderListSize: number;
}

/** The values before the peer sends others. */
export const initialSettings = (): PeerSettings => ({
  headerTableSize: defaultTableSize,
  smallestHeaderTableSize: defaultTableSize,
  initialWindowSize: defaultWindowSize,
  maxFrameSize: defaultMaxFrameSize,
  maxHeaderListSize: Infinity,
});

const largestFrame = 0xffffff;

/**
 * Applies the payload of a SETTINGS frame of a client, in order; unknown settings are ignored.
 *
 * @param bytes the payload is `[start, end)`, a multiple of six bytes long
 * @throws Http2Error `HTTP2_SETTING_INVALID`, `HTTP2_SETTING_WINDOW_TOO_LARGE`
 */
export const applySettings = (settings: PeerSettings, bytes: Uint8Array, start: number, end: number): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  settings.smallestHeaderTableSize = Infinity;
  for (let at = start; at < end; at += 6) applySetting(settings, view.getUint16(at), view.getUint32(at + 2));
  settings.smallestHeaderTableSize = Math.min(settings.smallestHeaderTableSize, settings.headerTableSize);
};

const applySetting = (settings: PeerSettings, id: number, value: number): void => {
  switch (id) {
    case SettingId.HEADER_TABLE_SIZE:
      settings.headerTableSize = value;
      settings.smallestHeaderTableSize = Math.min(settings.smallestHeaderTableSize, value);
      break;
    case SettingId.ENABLE_PUSH:
      if (value > 1) throw new Http2Error('HTTP2_SETTING_INVALID', 'SETTINGS_ENABLE_PUSH');
      break;
    case SettingId.INITIAL_WINDOW_SIZE:
      if (value > maxWindowSize) throw new Http2Error('HTTP2_SETTING_WINDOW_TOO_LARGE');
      settings.initialWindowSize = value;
      break;
    case SettingId.MAX_FRAME_SIZE:
      if (value < defaultMaxFrameSize || value > largestFrame) {
        throw new Http2Error('HTTP2_SETTING_INVALID', 'SETTINGS_MAX_FRAME_SIZE');
      }
      settings.maxFrameSize = value;
      break;
    case SettingId.MAX_HEADER_LIST_SIZE:
      settings.maxHeaderListSize = value;
      break;
    case SettingId.ENABLE_CONNECT_PROTOCOL:
    case SettingId.NO_RFC7540_PRIORITIES:
      if (value > 1) throw new Http2Error('HTTP2_SETTING_INVALID', 'a setting that is 0 or 1');
      break;
    default:
  }
};
