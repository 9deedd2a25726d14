/** Maximum length of a chain of causes, which may be circular. */
const deepestCause = 5;

/** The causes of an error, the nearest first. */
export const errorCauses = (error: Error): readonly Error[] => {
  const causes: Error[] = [];
  for (let { cause } = error; cause instanceof Error && causes.length < deepestCause; { cause } = cause) {
    causes.push(cause);
  }
  return causes;
};
