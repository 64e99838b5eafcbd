import type { ProblemCode } from "./problems.js";

/** The gateway refused, and said why. Branch on `code`: it never changes. A newer city may have codes that are not in
 * `ProblemCode`. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly operation: string,
    readonly code: ProblemCode | (string & {}),
    message: string,
    /** Which part of what was sent it is about. */
    readonly field?: string,
    /** In how many seconds to come again; 0 where it does not say. */
    readonly retryAfterSeconds = 0,
    /** What else the refusal has, such as the terms that hold now. */
    readonly answer: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${message} [${code}]`);
  }
}

/** Nobody answered, or something else than Yima's gateway. `status` is HTTP's; 0 where there was no answer. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";

  constructor(
    message: string,
    readonly status = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Is this a refusal, and of one of these codes? `if (isRefused(error, "slot-full")) …` */
export function isRefused(error: unknown, ...codes: ProblemCode[]): error is Refused {
  return error instanceof Refused && (codes.length === 0 || (codes as string[]).includes(error.code));
}
