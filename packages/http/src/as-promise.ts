/** A thenable as a promise: `then` of another kind may return nothing, or call back twice. */
export const asPromise = <T>(thenable: PromiseLike<T>): Promise<T> =>
  thenable instanceof Promise ? (thenable as Promise<T>) : Promise.resolve(thenable);
