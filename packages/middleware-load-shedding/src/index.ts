export { LoadSheddingError, type LoadSheddingErrorCode, loadSheddingErrors } from './errors.ts';
export { loadShedding } from './load-shedding.ts';
export { type LoadReason, type LoadSheddingOptions, loadSheddingDefaults } from './options.ts';
