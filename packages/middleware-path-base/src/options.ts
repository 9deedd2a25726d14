/** Options of `pathBase`. */
export interface PathBaseOptions {
  /**
   * What becomes of requests whose path is not under the path base: `pass` hands them on as they are, so that the
   * application answers with the path base and without; `notFound` answers 404.
   */
  readonly outside: 'pass' | 'notFound';
}

export const pathBaseDefaults: PathBaseOptions = {
  outside: 'pass', // as Kestrel UsePathBase
};
