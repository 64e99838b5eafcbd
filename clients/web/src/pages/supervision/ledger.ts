interface Entry {
  postings: readonly { account: string; amount: { amount: string; currency: string } }[];
}

/** Decimal digits as a whole number of the smallest part that any amount here has. */
function whole(amount: string, places: number): bigint {
  const [before = "0", after = ""] = amount.replace("-", "").split(".");
  const value = BigInt(before + after.padEnd(places, "0"));
  return amount.startsWith("-") ? -value : value;
}

/** Does each entry sum to zero in every currency? Exact, whatever a currency's decimals. */
export function sumsToZero(entries: readonly Entry[]): boolean {
  return entries.every(({ postings }) => {
    const places = Math.max(0, ...postings.map(({ amount }) => (amount.amount.split(".")[1] ?? "").length));
    const sums = new Map<string, bigint>();
    for (const { amount } of postings) {
      sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + whole(amount.amount, places));
    }
    return [...sums.values()].every((sum) => sum === 0n);
  });
}
