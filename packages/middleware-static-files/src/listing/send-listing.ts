import type { HttpContext } from '@windhover/http';
import type { PathRules } from '../files/request-path.ts';
import { folderEntries } from './folder-entries.ts';
import { contentSecurityPolicy, listingPage } from './listing-page.ts';

/** A folder that may be listed. */
export interface ListedFolder {
  readonly folder: string;
  /** Folder that must contain the entries after links are followed; `undefined` for none. */
  readonly boundary: string | undefined;
  /** Whether the folder is the root, which has no parent to show. */
  readonly isRoot: boolean;
  readonly rules: PathRules;
}

/** Answers with the list of a folder. @returns whether the folder exists */
export const sendListing = async (context: HttpContext, listed: ListedFolder): Promise<boolean> => {
  const found = await folderEntries(listed.folder, listed.boundary, listed.rules);
  if (found === undefined) return false;
  const { request, response } = context;
  response.contentType = 'text/html; charset=utf-8';
  response.headers.set('cache-control', 'no-cache');
  response.headers.set('content-security-policy', contentSecurityPolicy);
  response.headers.set('x-content-type-options', 'nosniff');
  response.send(listingPage(request.pathBase + request.path, found, !listed.isRoot));
  return true;
};
