type Resource = Disposable | AsyncDisposable;

/**
 * Disposes all resources in reverse order. A failure is reported as a warning, and the remaining resources are
 * disposed.
 */
export const disposeAll = async (resources: readonly Resource[], warn: (message: string) => void): Promise<void> => {
  for (const resource of resources.toReversed()) {
    try {
      await dispose(resource);
    } catch (error) {
      warn(`A resource of an endpoint could not be disposed. ${String(error)}`);
    }
  }
};

const dispose = async (resource: Resource): Promise<void> => {
  if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
  else resource[Symbol.dispose]();
};
