/**
 * Checks the names of options. They may come from JavaScript without types, where a wrong name would have no effect.
 *
 * @param owner what the options belong to, for the message
 * @throws TypeError for an unknown option
 */
export const checkOptionNames = (owner: string, given: object, known: readonly string[]): void => {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${owner} has no option "${unknown}"; its options are ${known.join(', ')}.`);
};
