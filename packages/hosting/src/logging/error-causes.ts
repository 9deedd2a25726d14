import { isReadableError } from '@windhover/thrown-values';

/** Maximum number of causes. Errors may be their own causes. */
const mostCauses = 5;

/** The causes of an error, the nearest first: its `cause`, and the errors of an `AggregateError`. */
export const errorCauses = (error: Error): readonly Error[] => {
  const causes: Error[] = [];
  let at = 0;
  for (let each: Error | undefined = error; each !== undefined && causes.length < mostCauses; each = causes[at++]) {
    causes.push(...directCauses(each));
  }
  return causes.slice(0, mostCauses);
};

const directCauses = (error: Error): Error[] => [error.cause, ...errorsOf(error)].filter(isReadableError);

/** The errors of an `AggregateError`. Errors of other classes may have a property `errors` that cannot be read. */
const errorsOf = (error: Error): unknown[] => {
  try {
    const { errors } = error as Partial<AggregateError>;
    return Array.isArray(errors) ? errors.slice(0, mostCauses) : [];
  } catch {
    return [];
  }
};
