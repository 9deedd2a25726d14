import type { ErrorReport } from './error-report.ts';

/** An error as a member of problem details. */
export interface ErrorMember {
  readonly name: string;
  readonly message: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly stack?: readonly string[];
  readonly causes?: readonly ErrorMember[];
}

export const errorMember = ({ name, message, properties, frames, causes }: ErrorReport): ErrorMember => ({
  name,
  message,
  ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
  ...(frames.length > 0 && { stack: frames.map(({ text }) => text) }),
  ...(causes.length > 0 && { causes: causes.map(errorMember) }),
});
