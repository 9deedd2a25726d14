import { isBadRequest, propertyOf } from '@windhover/http';

/** The status that answers an error: its own where it may have one, else 500. */
export const statusOfError = (error: unknown, useErrorStatus: boolean): number => {
  if (isBadRequest(error)) return error.status;
  return (useErrorStatus ? clientErrorStatus(error) : undefined) ?? 500;
};

const clientErrorStatus = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  return [propertyOf(error, 'status'), propertyOf(error, 'statusCode')].find(
    (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 499,
  );
};
