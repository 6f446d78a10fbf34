import { ApiError } from "../server/errors";

/**
 * One page of a list. The token says where the page begins; it is opaque to clients.
 *
 * @throws ApiError when the token is not one of ours.
 * @internal
 */
export function page<T>(all: readonly T[], size: number, token: string | undefined): { items: T[]; next?: string } {
  let from = 0;
  if (token !== undefined) {
    const [, digits] = /^from:(\d{1,9})$/.exec(Buffer.from(token, "base64").toString("latin1")) ?? [];
    if (digits === undefined) throw new ApiError("InvalidRequestException", "Invalid NextToken");
    from = Number(digits);
  }
  const items = all.slice(from, from + size);
  const rest = from + size < all.length;
  return rest ? { items, next: Buffer.from(`from:${from + size}`).toString("base64") } : { items };
}
