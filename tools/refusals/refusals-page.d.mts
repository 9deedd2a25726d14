/** The page of refusals in Markdown, from the error table. */
export function refusalsPage(
  errors: Readonly<Record<string, { readonly status: number; readonly source: string; readonly message: string }>>,
): string;
