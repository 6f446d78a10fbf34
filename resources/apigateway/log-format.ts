/*
 * AWS writes the variables of an access-log format as `$context.requestId`; its documentation has no form with braces.
 * Programs that build the format next to template strings often hold `${context.requestId}`, and whether API Gateway
 * would read that is disputed, so the package always sends AWS's own form.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */

/** An access-log format in AWS's own spelling. */
export interface PlainLogFormat {
  /** The format with `$context.x` wherever braces could be dropped. */
  readonly format: string;
  /** The variables whose braces were dropped, in AWS's spelling. */
  readonly dropped: readonly string[];
  /**
   * Variables that keep their braces, as written: the text right behind them would become part of the name
   * (`${context.stage}api` is not `$context.stageapi`).
   */
  readonly joined: readonly string[];
}

const BRACED = /\$\{context\.([A-Za-z0-9_.]+)\}(?=(\.?[A-Za-z0-9_])?)/g;

/** Drops the braces of `${context.x}`. */
export function plainLogFormat(format: string): PlainLogFormat {
  const dropped: string[] = [];
  const joined: string[] = [];
  const plain = format.replaceAll(BRACED, (written: string, name: string, behind: string | undefined) => {
    if (behind !== undefined) {
      joined.push(written);
      return written;
    }
    dropped.push(`$context.${name}`);
    return `$context.${name}`;
  });
  return { format: plain, dropped, joined };
}
