export { LoadSheddingError, type LoadSheddingErrorCode, loadSheddingErrors } from './errors.ts';
export { loadShedding } from './load-shedding.ts';
export {
  type LoadReason,
  type LoadSheddingOptions,
  type ResolvedLoadSheddingOptions,
  loadSheddingDefaults,
} from './options.ts';
