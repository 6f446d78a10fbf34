import { closest } from "../../schema/closest";

/** The candidate closest to what was written, if it is close enough to be meant: ` Did you mean "x"?`, else "". */
export function didYouMean(written: string, candidates: Iterable<string>): string {
  const best = closest(written, candidates);
  return best === undefined ? "" : ` Did you mean "${best}"?`;
}
