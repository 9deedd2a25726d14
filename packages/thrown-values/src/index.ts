export { isError, isInstanceOf, isReadableError, isThenable, propertyOf, readableError } from './thrown-value.ts';
