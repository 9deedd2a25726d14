import type { ErrorReport } from './error-report.ts';
import type { RequestReport } from './request-report.ts';
import { visibleText } from './visible-text.ts';

/** Renders the error and its request as text for a terminal. */
export const textPage = (statusText: string, error: ErrorReport, request: RequestReport): string =>
  visibleText(
    [
      statusText,
      '',
      ...errorLines(error, ''),
      '',
      `${request.method} ${request.target} ${request.protocol}`,
      ...request.fields.map(([name, value]) => `${name}: ${value}`),
      '',
      `Trace id: ${request.traceIdentifier}`,
      '',
    ].join('\n'),
  );

const errorLines = ({ name, message, properties, frames, causes }: ErrorReport, indent: string): string[] => [
  `${indent}${name}: ${message.replaceAll('\n', `\n${indent}`)}`,
  ...properties.map(([name, value]) => `${indent}  ${name}: ${value.replaceAll('\n', `\n${indent}  `)}`),
  ...frames.map(({ text }) => `${indent}    ${text}`),
  ...causes.flatMap((cause) => [`${indent}  caused by`, ...errorLines(cause, `${indent}  `)]),
];
