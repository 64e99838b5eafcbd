import { act, cleanup, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { UNREACHABLE } from "../../src/app/wire.ts";
import { Act } from "../../src/kit/Act.tsx";
import { pending, refused, shown } from "./shown.tsx";

describe("an act", () => {
  test.each(["{Enter}", " "])("is done by the key %j, and once however often it is tapped", async (key) => {
    const keys: string[] = [];
    const work = pending();
    const { user } = await shown(
      <Act
        text="Accept"
        act={(its) => {
          keys.push(its);
          return work.promise;
        }}
      />,
    );
    await user.tab();
    await user.keyboard(key);
    const button = screen.getByRole("button", { name: /Accept/ });
    await user.dblClick(button);
    await user.keyboard("{Enter}");
    expect(keys).toHaveLength(1);
    await act(async () => work.end());
    await user.click(button);
    expect(new Set(keys).size).toBe(2); // done again, it is another
  });

  test("whose answer was lost is tried again under its key, one that was refused under another", async () => {
    const keys: string[] = [];
    const ends = [refused({ code: UNREACHABLE }), refused({ message: "Too late. Ask the clinic" }), undefined];
    const { user } = await shown(
      <Act
        text="Accept"
        act={async (key) => {
          keys.push(key);
          const end = ends.shift();
          if (end) throw end;
        }}
      />,
    );
    const button = screen.getByRole("button", { name: "Accept" });
    await user.click(button);
    expect(screen.getByRole("alert").textContent).toContain("Yima cannot be reached");
    await user.click(button);
    expect(screen.getByRole("alert").textContent).toBe("Too late. Ask the clinic");
    await user.click(button);
    expect(screen.queryByRole("alert")).toBeNull();
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  test("that needs a reason asks for it, keeps it where it is refused, and does nothing without", async () => {
    const reasons: string[] = [];
    const { user } = await shown(
      <Act
        text="End it"
        reason="Why?"
        act={async (_, why) => {
          reasons.push(why);
          if (reasons.length === 1) throw refused({ message: "Say more" });
        }}
      />,
    );
    await user.tab();
    await user.keyboard("{Enter}");
    const why = screen.getByRole("textbox", { name: "Why?" });
    expect(document.activeElement).toBe(why);
    expect(screen.getByRole("button", { name: "End it" })).toHaveProperty("disabled", true);
    await user.keyboard("  no time  ");
    await user.click(screen.getByRole("button", { name: "End it" }));
    expect(screen.getByRole("alert").textContent).toBe("Say more");
    expect(why).toHaveProperty("value", "  no time  ");
    await user.type(why, "until May");
    await user.click(screen.getByRole("button", { name: "End it" }));
    expect(reasons).toEqual(["no time", "no time  until May"]);
    expect(screen.queryByRole("textbox")).toBeNull();
  });

  test("whose reason was typed and not sent still has it when the page comes back, and not where it was left", async () => {
    const end = <Act text="End it" reason="Why?" act={async () => undefined} />;
    const { user } = await shown(end);
    await user.click(screen.getByRole("button", { name: "End it" }));
    await user.keyboard("no time");
    cleanup();
    const back = await shown(end);
    expect(screen.getByRole("textbox", { name: "Why?" })).toHaveProperty("value", "no time");
    await back.user.click(screen.getByRole("button", { name: "Do not: End it" }));
    cleanup();
    await shown(end);
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(sessionStorage).toHaveLength(0);
  });

  test("that cannot be undone is warned of, and left by a button that says so in the person's language", async () => {
    let done = 0;
    const { user } = await shown(
      <Act text="冻结" warning={<p>此后无法撤销</p>} act={async () => void done++} />,
      "zh-CN",
    );
    await user.click(screen.getByRole("button", { name: "冻结" }));
    expect(screen.getByRole("region", { name: "冻结" }).textContent).toContain("此后无法撤销");
    const not = screen.getAllByRole("button").find((each) => each.getAttribute("aria-label")?.includes("冻结"));
    expect(not?.textContent).not.toBe("Do not");
    if (not) await user.click(not);
    expect(screen.queryByText("此后无法撤销")).toBeNull();
    expect(done).toBe(0);
  });
});
