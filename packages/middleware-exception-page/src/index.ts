export { exceptionPage } from './exception-page.ts';
export { type ExceptionPageOptions, type ResolvedExceptionPageOptions, exceptionPageDefaults } from './options.ts';
export { type ProblemDetails, sendProblem } from '@windhover/http';
