/** The page of refusals in Markdown, from the table of them by code. */
export function refusalsPage(
  errors: Readonly<Record<string, { readonly status: number; readonly source: string; readonly message: string }>>,
): string;
