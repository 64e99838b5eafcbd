import { act, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { choose } from "../../src/app/appearance.ts";
import { Finer, Folded } from "../../src/kit/Folded.tsx";
import { shown } from "./shown.tsx";

const screenOf = (wide: boolean) =>
  vi.stubGlobal("matchMedia", () => ({ matches: wide, addEventListener: () => undefined, removeEventListener: () => undefined }));

afterEach(() => {
  act(() => choose({ easy: false }));
  vi.unstubAllGlobals();
});

test("what only some need stands there, and is folded in the easy mode, which says how much of it is in use", async () => {
  await shown(<Finer inUse={2}>the filters</Finer>);
  expect(screen.queryByRole("group")).toBeNull();
  act(() => choose({ easy: true }));
  expect(screen.getByRole("group").textContent).toBe("Narrow it · 2 in usethe filters");
});

test("many filters are folded on a telephone, and at a desk in the easy mode alone", async () => {
  screenOf(true);
  const { again } = await shown(<Folded>the filters</Folded>);
  expect(screen.queryByRole("group")).toBeNull();
  act(() => choose({ easy: true }));
  expect(screen.getByRole("group")).toBeTruthy();
  act(() => choose({ easy: false }));
  screenOf(false);
  again(<Folded>the filters</Folded>);
  expect(screen.getByRole("group")).toBeTruthy();
});
