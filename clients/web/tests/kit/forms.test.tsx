import { screen } from "@testing-library/react";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import { describe, expect, test } from "vitest";
import { UNREACHABLE, refusalOf } from "../../src/app/wire.ts";
import { Answers } from "../../src/kit/Answers.tsx";
import { Area } from "../../src/kit/Area.tsx";
import { Choice } from "../../src/kit/Choice.tsx";
import { Field } from "../../src/kit/Field.tsx";
import { Refused } from "../../src/kit/Refused.tsx";
import { refusalAt } from "../../src/kit/refusals.ts";
import { StepUp } from "../../src/kit/StepUp.tsx";
import { refused, shown } from "./shown.tsx";

describe("a field", () => {
  test.each([
    ["a line", Field],
    ["lines", Area],
  ])("of %s is found by its label, and says its hint and what is wrong with it", async (_, Kind) => {
    const { again } = await shown(<Kind label="Telephone" hint="With the country's code" name="telephone" />);
    const field = screen.getByRole("textbox", { name: "Telephone" });
    expect(field).toHaveProperty("name", "telephone");
    expect(described(field)).toContain("With the country's code");
    expect(field.getAttribute("aria-invalid")).toBeNull();
    again(<Kind label="Telephone" hint="With the country's code" wrong="It has too few digits. Write all of them" />);
    const wrong = screen.getByRole("textbox", { name: "Telephone" });
    expect(wrong.getAttribute("aria-invalid")).toBe("true");
    expect(described(wrong)).toContain("It has too few digits. Write all of them");
    again(<Kind label="Telephone" wrong="contact.telephone: has too few digits" />);
    const said = screen.getByRole("textbox", { name: "Telephone" });
    expect(described(said), "the label names it").toContain("Has too few digits");
    expect(described(said)).not.toContain("contact.");
  });

  test("takes what was refused of it, and the rest stands above them all", () => {
    const ofName = refusalAt(refused({ field: "name" }), ["name", "telephone"]);
    expect([ofName.wrong("name"), ofName.wrong("telephone"), ofName.above]).toEqual([
      "That cannot be. Write it otherwise",
      undefined,
      null,
    ]);
    expect(refusalAt(refused({ field: "unheard-of" }), ["name"]).above?.field).toBe("unheard-of");
  });

  test("that is refused keeps what was typed", async () => {
    function Typed() {
      const [text, setText] = useState("");
      const [wrong, setWrong] = useState<string>();
      return (
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            setWrong("Nobody has this number. Look at your card");
          }}
        >
          <Field label="Number" value={text} onChange={setText} wrong={wrong} />
          <Button type="submit">Send</Button>
        </Form>
      );
    }
    const { user } = await shown(<Typed />);
    await user.tab();
    await user.keyboard("12<b>3{Enter}");
    const field = screen.getByRole("textbox", { name: "Number" });
    expect(field).toHaveProperty("value", "12<b>3");
    expect(described(field)).toContain("Look at your card");
  });

  test("for what is written by line and column runs from left to right in Arabic, others as they are written", async () => {
    await shown(
      <>
        <Area label="YAML" fixed />
        <Area label="سبب" />
      </>,
      "ar",
    );
    expect(screen.getByRole("textbox", { name: "YAML" }).dir).toBe("ltr");
    expect(screen.getByRole("textbox", { name: "سبب" }).dir).toBe("auto");
    expect(document.documentElement.dir).toBe("rtl");
  });
});

test("a choice is made by the keyboard, under its label", async () => {
  function Chosen() {
    const [value, choose] = useState("");
    const options = ["", "north", "south"].map((each) => ({ value: each, text: each || "Any" }));
    return <Choice label="District" value={value} options={options} onChange={choose} />;
  }
  const { user } = await shown(<Chosen />);
  await user.tab();
  expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "District" }));
  await user.selectOptions(screen.getByLabelText("District"), "south");
  expect(screen.getByRole("combobox")).toHaveProperty("value", "south");
});

test("answers are looked over, without those not given, and each is gone back to by its name", async () => {
  let changes = 0;
  const given = [
    ["Name", "Lin Wanqiu"],
    ["Note", ""],
  ] as const;
  const { user } = await shown(<Answers of={given} onChange={() => changes++} />);
  expect(screen.queryByText("Note")).toBeNull();
  screen.getByRole("button", { name: "Change: Name" }).focus();
  await user.keyboard("{Enter}");
  await user.keyboard(" ");
  expect(changes).toBe(2);
});

describe("a refusal", () => {
  test("is read out at once, with when to try again", async () => {
    await shown(<Refused refusal={refused({ message: "Too often", retryAfterSeconds: 30 })} />);
    expect(screen.getByRole("alert").textContent).toBe("Too oftenTry again in 30 seconds.");
  });

  test.each([
    ["en", "Check your connection"],
    ["zh-CN", "网络"],
    ["ar", "اتصال"],
  ] as const)("that is none, for want of a network, says so in %s: at a field, too", async (language, words) => {
    await shown(<Refused refusal={refused({ code: UNREACHABLE })} />, language);
    expect(screen.getByRole("alert").textContent).toContain(words);
    expect(refusalOf(undefined).message).toContain(words);
  });

  test("for want of a second proof asks for it, at once under the hand, and for nothing empty", async () => {
    const { user } = await shown(<Refused refusal={refused({ code: "step-up-needed" })} />);
    const code = screen.getByRole("textbox", { name: "Code of your authenticator" });
    expect(document.activeElement).toBe(code);
    expect(code.getAttribute("inputmode")).toBe("numeric");
    const go = screen.getByRole("button", { name: "Go on" });
    expect(go).toHaveProperty("disabled", true);
    await user.keyboard("123456");
    expect(go).toHaveProperty("disabled", false);
  });

  test("of nothing shows nothing", async () => {
    await shown(<Refused refusal={null} />);
    expect(screen.queryByRole("alert")).toBeNull();
    await shown(<StepUp />);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

const described = (field: HTMLElement): string =>
  (field.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent)
    .join(" ");
