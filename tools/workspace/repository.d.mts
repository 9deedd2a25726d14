/** The address of the repository, as pages link to it. */
export declare const repository: string;
