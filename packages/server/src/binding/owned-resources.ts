type Resource = Disposable | AsyncDisposable;

/** Disposes everything, the last one first; one that fails at it is a warning, and the others are disposed as well. */
export const disposeAll = async (resources: readonly Resource[], warn: (message: string) => void): Promise<void> => {
  for (const resource of resources.toReversed()) {
    try {
      await dispose(resource);
    } catch (error) {
      warn(`Something that an endpoint owned could not be disposed. ${String(error)}`);
    }
  }
};

const dispose = async (resource: Resource): Promise<void> => {
  if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
  else resource[Symbol.dispose]();
};
