export { ErrorCode } from './error-code.ts';
export * from './errors.ts';
export { ReceiveWindow, defaultWindowSize, increasedWindow, maxWindowSize } from './flow-window.ts';
export {
  FrameEvent,
  FrameReader,
  type FrameReaderLimitOptions,
  type FrameReaderLimits,
  frameReaderLimitDefaults,
} from './frame-reader.ts';
export { FrameFlag, FrameType, connectionPreface, defaultMaxFrameSize, frameHeaderSize } from './frame-type.ts';
export {
  beginHeaders,
  endHeaders,
  writeData,
  writeGoAway,
  writePing,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeTextData,
  writeWindowUpdate,
} from './frame-writer.ts';
export { defaultTableSize } from './hpack/dynamic-table.ts';
export { FieldKind, firstPseudoKind } from './hpack/field-kind.ts';
export { HeaderField } from './hpack/header-field.ts';
export { HpackDecoder, type HeaderListLimits } from './hpack/hpack-decoder.ts';
export { HpackEncoder } from './hpack/hpack-encoder.ts';
export { OutputBuffer } from './output-buffer.ts';
export { type PeerSettings, SettingId, applySettings, initialSettings } from './settings.ts';
export { StreamEvent, StreamState, nextStreamState, streamTransitions } from './stream-state.ts';
