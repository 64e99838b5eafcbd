// What so many of a thing cost is counted in digits: nothing is rounded, in any currency.

import { expect, test } from "vitest";
import { times } from "../../src/app/Price.tsx";

test.each([
  [{ amount: "0.80", currency: "CNY" }, 300, "240.00"],
  [{ amount: "0.05", currency: "CNY" }, 1, "0.05"],
  [{ amount: "0.07", currency: "CNY" }, 0, "0.00"],
  [{ amount: "1234567.89", currency: "CNY" }, 10_000, "12345678900.00"],
  [{ amount: "83", currency: "JPY" }, 7, "581"],
  [{ amount: "0.125", currency: "KWD" }, 3, "0.375"],
])("%o times %i is %s", (each, count, total) => {
  expect(times(each, count)).toEqual({ amount: total, currency: each.currency });
});
