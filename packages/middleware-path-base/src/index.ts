export { PathBaseError, type PathBaseErrorCode, pathBaseErrors } from './errors.ts';
export { type PathBaseOptions, pathBaseDefaults } from './options.ts';
export { pathBase } from './path-base.ts';
