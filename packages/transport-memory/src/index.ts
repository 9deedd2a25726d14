export { connectionPair } from './connection-pair.ts';
export {
  type MemoryTransportOptions,
  type ResolvedMemoryTransportOptions,
  memoryTransportDefaults,
} from './memory-options.ts';
export { MemoryTransport } from './memory-transport.ts';
