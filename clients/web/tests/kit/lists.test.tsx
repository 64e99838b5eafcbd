import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { asRows } from "../../src/kit/asRows.ts";
import { csvOf } from "../../src/kit/csv.ts";
import { NextPage } from "../../src/kit/NextPage.tsx";
import { type Column, type Filter, Table } from "../../src/kit/Table.tsx";
import type { Rows } from "../../src/kit/useRows.ts";
import { refused, shown } from "./shown.tsx";

interface Payout {
  id: string;
  to: string;
  amount: string | null;
}

const PAYOUTS: readonly Payout[] = [
  { id: "1", to: "Clinic 10", amount: "9.50" },
  { id: "2", to: "Clinic 9", amount: "100.00" },
  { id: "3", to: "<script>alert(1)</script>", amount: null },
];
const COLUMNS: readonly Column<Payout>[] = [
  { key: "to", title: "To", value: ({ to }) => to },
  { key: "amount", title: "Amount", value: ({ amount }) => amount, numeric: true },
];
const FILTERS: readonly Filter<Payout>[] = [
  { key: "paid", label: "Paid", options: [{ value: "yes", text: "Yes" }], test: ({ amount }) => amount !== null },
];

function Payouts({ of = asRows(PAYOUTS) }: { of?: Rows<Payout> }) {
  return (
    <Table
      label="Payouts"
      of={of}
      columns={COLUMNS}
      filters={FILTERS}
      id={({ id }) => id}
      open={({ id }) => `/payouts/${id}`}
      file="payouts"
      empty="Nothing was paid out yet."
    />
  );
}

const names = () =>
  within(screen.getByRole("region", { name: "Payouts" }))
    .getAllByRole("link")
    .map((link) => link.textContent);

describe("a table", () => {
  test("is sorted by the keyboard: up, down, and as it came; its address says how", async () => {
    const { user } = await shown(<Payouts />);
    const header = screen.getByRole("columnheader", { name: "Amount" });
    within(header).getByRole("button").focus();
    await user.keyboard("{Enter}");
    expect(names()).toEqual(["Clinic 10", "Clinic 9", "<script>alert(1)</script>"]);
    expect(window.location.search).toBe("?sort=amount");
    expect(screen.getByRole("columnheader", { name: /Amount/ }).getAttribute("aria-sort")).toBe("ascending");
    await user.keyboard("{Enter}");
    expect(names().slice(0, 2)).toEqual(["Clinic 9", "Clinic 10"]);
    await user.keyboard("{Enter}");
    expect(window.location.search).toBe("");
    await user.click(within(screen.getByRole("columnheader", { name: "To" })).getByRole("button"));
    expect(names().slice(1)).toEqual(["Clinic 9", "Clinic 10"]); // as people count, not as letters stand
  });

  test("that is come to by a link is filtered and sorted as it says, and each row is a link", async () => {
    window.history.replaceState(null, "", "/app/?paid=yes&sort=-amount");
    await shown(<Payouts />);
    expect(screen.getByRole("combobox", { name: "Paid" })).toHaveProperty("value", "yes");
    expect(names()).toEqual(["Clinic 9", "Clinic 10"]);
    expect(screen.getByRole("status").textContent).toBe("2 rows");
    expect(screen.getByRole("link", { name: "Clinic 9" }).getAttribute("href")).toBe("/app/payouts/2");
  });

  test("fetches all there is before it sorts, and exports every row though one page is shown", async () => {
    window.history.replaceState(null, "", "/app/?sort=-amount");
    const all = vi.fn(async () => undefined);
    const first: Rows<Payout> = { ...asRows(PAYOUTS.slice(0, 1)), hasMore: true, all, every: async () => PAYOUTS };
    const { user } = await shown(<Payouts of={first} />);
    expect(all).toHaveBeenCalled();
    expect(screen.getByRole("status").textContent).toContain("there are more");
    const saved: Blob[] = [];
    vi.stubGlobal(
      "URL",
      Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${saved.push(blob)}`, revokeObjectURL: () => undefined }),
    );
    await user.click(screen.getByRole("button", { name: "Export as CSV" }));
    await waitFor(() => expect(saved).toHaveLength(1));
    expect((await saved[0]?.text())?.split("\r\n")).toEqual([
      "To,Amount",
      "Clinic 9,100.00",
      "Clinic 10,9.50",
      "<script>alert(1)</script>,",
      "",
    ]);
    await user.click(screen.getByRole("button", { name: "Export as JSON" }));
    await waitFor(() => expect(saved).toHaveLength(2));
    expect(JSON.parse((await saved[1]?.text()) ?? "")).toEqual([
      { to: "Clinic 9", amount: "100.00" },
      { to: "Clinic 10", amount: "9.50" },
      { to: "<script>alert(1)</script>", amount: null },
    ]);
    vi.unstubAllGlobals();
  });

  test("exports nothing where some of it is refused, and says so: no part is taken for all", async () => {
    const every = vi.fn(async () => Promise.reject(refused({ message: "Not for you" })));
    const { user } = await shown(<Payouts of={{ ...asRows(PAYOUTS), hasMore: true, every }} />);
    const saved = vi.fn(() => "blob:");
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: saved, revokeObjectURL: () => undefined }));
    await user.click(screen.getByRole("button", { name: "Export as CSV" }));
    expect((await screen.findByRole("alert")).textContent).toBe("Not for you");
    expect(saved).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  test("says that it loads, that it is empty, and why it was refused", async () => {
    const { again } = await shown(<Payouts of={asRows<Payout>([], true)} />);
    expect(screen.getByRole("status").textContent).toBe("Loading …");
    expect(screen.queryByText("Nothing was paid out yet.")).toBeNull();
    again(<Payouts of={asRows<Payout>([])} />);
    expect(screen.getByText("Nothing was paid out yet.")).toBeTruthy();
    again(<Payouts of={{ ...asRows<Payout>([]), refusal: refused({ message: "Not for you" }) }} />);
    expect(screen.getByRole("alert").textContent).toBe("Not for you");
    expect(screen.queryByText("Nothing was paid out yet.")).toBeNull();
  });

  test("is scrolled by the keyboard, and counts in Arabic", async () => {
    await shown(<Payouts />, "ar");
    expect(screen.getByRole("region", { name: "Payouts" }).tabIndex).toBe(0);
    expect(screen.getByRole("status").textContent).not.toContain("rows");
  });
});

test("a file to be opened by a spreadsheet runs no formula, and keeps commas, quotes and lines", () => {
  const lines = [["=1+1", "-3", "+cmd", 'a "b", c', "x\ny", "@x", null]];
  expect(csvOf(lines)).toBe("\uFEFF'=1+1,-3,'+cmd,\"a \"\"b\"\", c\",\"x\ny\",'@x,\r\n");
});

test("a next page is asked for once, and none is offered at the end", async () => {
  const asked: (string | null)[] = [];
  const next = (after: string | null) => {
    asked.push(after);
    return <p>more</p>;
  };
  const { user, again } = await shown(<NextPage info={{ hasNextPage: true, endCursor: "c1" }} next={next} />);
  await user.dblClick(screen.getByRole("button", { name: "Show more" }));
  expect(new Set(asked)).toEqual(new Set(["c1"]));
  again(<NextPage info={{ hasNextPage: false, endCursor: "c2" }} next={next} />);
  expect(screen.queryByRole("button")).toBeNull();
});
