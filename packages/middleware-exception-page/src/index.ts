export { exceptionPage } from './exception-page.ts';
export { type ExceptionPageOptions, exceptionPageDefaults } from './options.ts';
export { type ProblemDetails, sendProblem } from '@windhover/http';
